"""Journals, peers after a restart, and seeding by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tracker_0002"
down_revision = "tracker_0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Rows that every flush updates; free space in each page lets PostgreSQL update without touching
#: an index.
_UPDATED = ("tracker_peers", "tracker_snatches", "tracker_seeding_days", "users")


def upgrade() -> None:
    op.create_table(
        "tracker_journals",
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_tracker_journals")),
    )
    op.drop_index("ix_tracker_flushes_created", "tracker_flushes")
    op.drop_table("tracker_flushes")
    op.create_table(
        "tracker_seeding_days",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seed_seconds", sa.BigInteger(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_tracker_seeding_days_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_tracker_seeding_days")),
    )
    op.create_index(op.f("ix_tracker_seeding_days_day"), "tracker_seeding_days", ["day"])

    for column in (
        sa.Column("counted_at", sa.Float(precision=53), nullable=False, server_default="0"),
        sa.Column("key", sa.LargeBinary(length=4), nullable=True),
        sa.Column("sources", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("tracker_peers", column)
    op.execute("UPDATE tracker_peers SET counted_at = seen")
    op.drop_index("ix_tracker_peers_seen", "tracker_peers")

    op.drop_index("ix_tracker_snatches_user_id_last_action", "tracker_snatches")
    op.create_index(
        "ix_tracker_snatches_user_id_snatched_at_torrent_id",
        "tracker_snatches",
        ["user_id", "snatched_at", "torrent_id"],
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in _UPDATED:
            op.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _UPDATED:
            op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
    op.drop_index("ix_tracker_snatches_user_id_snatched_at_torrent_id", "tracker_snatches")
    op.create_index(
        "ix_tracker_snatches_user_id_last_action", "tracker_snatches", ["user_id", "last_action"]
    )
    op.create_index("ix_tracker_peers_seen", "tracker_peers", ["seen"])
    for name in ("fence", "sources", "key", "counted_at"):
        op.drop_column("tracker_peers", name)
    op.drop_table("tracker_seeding_days")
    op.drop_table("tracker_journals")
    op.create_table(
        "tracker_flushes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracker_flushes")),
    )
    op.create_index("ix_tracker_flushes_created", "tracker_flushes", ["created"])
