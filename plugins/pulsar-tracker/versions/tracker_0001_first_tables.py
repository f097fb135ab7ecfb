"""Peers, snatches and flushes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tracker_0001"
down_revision = None
branch_labels = ("tracker",)
depends_on = ("core_0001", "torrents_0001")

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tracker_flushes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracker_flushes")),
    )
    with op.batch_alter_table("tracker_flushes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracker_flushes_created"), ["created"], unique=False)

    op.create_table(
        "tracker_peers",
        sa.Column("torrent_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("peer_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("endpoint4", sa.LargeBinary(length=6), nullable=True),
        sa.Column("endpoint6", sa.LargeBinary(length=18), nullable=True),
        sa.Column("uploaded", sa.BigInteger(), nullable=False),
        sa.Column("downloaded", sa.BigInteger(), nullable=False),
        sa.Column("bytes_left", sa.BigInteger(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("leeched", sa.Boolean(), nullable=False),
        sa.Column("snatched", sa.Boolean(), nullable=False),
        sa.Column("joined", sa.Float(precision=53), nullable=False),
        sa.Column("seen", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(
            ["torrent_id"],
            ["torrents.id"],
            name=op.f("fk_tracker_peers_torrent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tracker_peers_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("torrent_id", "user_id", "peer_id", name=op.f("pk_tracker_peers")),
    )
    with op.batch_alter_table("tracker_peers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracker_peers_seen"), ["seen"], unique=False)
        batch_op.create_index(
            "ix_tracker_peers_user_id_torrent_id", ["user_id", "torrent_id"], unique=False
        )

    op.create_table(
        "tracker_snatches",
        sa.Column("torrent_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("uploaded", sa.BigInteger(), nullable=False),
        sa.Column("downloaded", sa.BigInteger(), nullable=False),
        sa.Column("refused_uploaded", sa.BigInteger(), nullable=False),
        sa.Column("refused_downloaded", sa.BigInteger(), nullable=False),
        sa.Column("seed_seconds", sa.BigInteger(), nullable=False),
        sa.Column("snatches", sa.Integer(), nullable=False),
        sa.Column("announces", sa.BigInteger(), nullable=False),
        sa.Column("bytes_left", sa.BigInteger(), nullable=False),
        sa.Column("first_action", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_action", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "uploaded >= 0 AND downloaded >= 0", name=op.f("ck_tracker_snatches_sums")
        ),
        sa.ForeignKeyConstraint(
            ["torrent_id"],
            ["torrents.id"],
            name=op.f("fk_tracker_snatches_torrent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tracker_snatches_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("torrent_id", "user_id", name=op.f("pk_tracker_snatches")),
    )
    with op.batch_alter_table("tracker_snatches", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tracker_snatches_user_id_last_action", ["user_id", "last_action"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("tracker_snatches", schema=None) as batch_op:
        batch_op.drop_index("ix_tracker_snatches_user_id_last_action")

    op.drop_table("tracker_snatches")
    with op.batch_alter_table("tracker_peers", schema=None) as batch_op:
        batch_op.drop_index("ix_tracker_peers_user_id_torrent_id")
        batch_op.drop_index(batch_op.f("ix_tracker_peers_seen"))

    op.drop_table("tracker_peers")
    with op.batch_alter_table("tracker_flushes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracker_flushes_created"))

    op.drop_table("tracker_flushes")
