"""Whether an invite cost its sender one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nearly all existing invites cost their sender one.
    op.add_column(
        "invites", sa.Column("cost", sa.Boolean(), server_default=sa.true(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("invites", "cost")
