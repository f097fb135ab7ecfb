"""Upload credit that members owe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

_OWING = sa.text("upload_debt > 0")


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "upload_debt",
            sa.BigInteger(),
            sa.CheckConstraint("upload_debt >= 0", name=op.f("ck_users_upload_debt")),
            server_default="0",
            nullable=False,
        ),
    )
    op.create_index(
        "ix_users_upload_debt",
        "users",
        ["upload_debt"],
        sqlite_where=_OWING,
        postgresql_where=_OWING,
    )


def downgrade() -> None:
    op.drop_index("ix_users_upload_debt", "users")
    op.drop_column("users", "upload_debt")
