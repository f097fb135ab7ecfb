"""The key that created a key. Existing keys have no creator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = "fk_api_keys_parent_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # SQLite adds a foreign key only together with its column, which alembic does not do.
        op.execute(
            f"ALTER TABLE api_keys ADD COLUMN parent_id INTEGER CONSTRAINT {_NAME}"
            " REFERENCES api_keys (id) ON DELETE CASCADE"
        )
    else:
        op.add_column("api_keys", sa.Column("parent_id", KEY, nullable=True))
        op.create_foreign_key(
            _NAME, "api_keys", "api_keys", ["parent_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_api_keys_parent_id"), "api_keys", ["parent_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_api_keys_parent_id"), "api_keys")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(_NAME, "api_keys", type_="foreignkey")
    op.drop_column("api_keys", "parent_id")
