"""The class that new members join."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None

_DEFAULT = sa.text("is_default")


def upgrade() -> None:
    op.add_column(
        "user_classes",
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute("UPDATE user_classes SET is_default = TRUE WHERE id = 1")
    op.create_index(
        "uq_user_classes_is_default",
        "user_classes",
        ["is_default"],
        unique=True,
        sqlite_where=_DEFAULT,
        postgresql_where=_DEFAULT,
    )


def downgrade() -> None:
    op.drop_index("uq_user_classes_is_default", "user_classes")
    op.drop_column("user_classes", "is_default")
