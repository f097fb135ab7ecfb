"""Who runs the swarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tracker_0004"
down_revision = "tracker_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tracker_leases",
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_tracker_leases")),
    )


def downgrade() -> None:
    op.drop_table("tracker_leases")
