"""Torrents, their groups, files, bytes and tags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "torrents_0001"
down_revision = None
branch_labels = ("torrents",)
depends_on = ("core_0001",)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("deleted IS NULL")


def upgrade() -> None:
    op.create_table(
        "torrent_groups",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_torrent_groups")),
    )
    with op.batch_alter_table("torrent_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_torrent_groups_category"), ["category"], unique=False)

    op.create_table(
        "torrent_tags",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_torrent_tags")),
        sa.UniqueConstraint("name", name=op.f("uq_torrent_tags_name")),
    )
    op.create_table(
        "torrent_group_tags",
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("tag_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["torrent_groups.id"],
            name=op.f("fk_torrent_group_tags_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["torrent_tags.id"],
            name=op.f("fk_torrent_group_tags_tag_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "tag_id", name=op.f("pk_torrent_group_tags")),
    )
    with op.batch_alter_table("torrent_group_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_torrent_group_tags_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "torrents",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("uploader_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("info_hash", sa.LargeBinary(length=20), nullable=True),
        sa.Column("info_hash_v2", sa.LargeBinary(length=32), nullable=True),
        sa.Column("info_hash_short", sa.LargeBinary(length=20), nullable=True),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("piece_length", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=True),
        sa.Column("rehashed", sa.Boolean(), nullable=False),
        sa.Column("seeders", sa.Integer(), nullable=False),
        sa.Column("leechers", sa.Integer(), nullable=False),
        sa.Column("snatches", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "info_hash IS NOT NULL OR info_hash_v2 IS NOT NULL", name=op.f("ck_torrents_hash")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["torrent_groups.id"],
            name=op.f("fk_torrents_group_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["uploader_id"], ["users.id"], name=op.f("fk_torrents_uploader_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_torrents")),
    )
    with op.batch_alter_table("torrents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_torrents_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            "ix_torrents_leechers_id",
            ["leechers", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "ix_torrents_seeders_id",
            ["seeders", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "ix_torrents_size_id",
            ["size", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "ix_torrents_snatches_id",
            ["snatches", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(batch_op.f("ix_torrents_uploader_id"), ["uploader_id"], unique=False)
        batch_op.create_index(
            "uq_torrents_info_hash",
            ["info_hash"],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "uq_torrents_info_hash_short",
            ["info_hash_short"],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "uq_torrents_info_hash_v2",
            ["info_hash_v2"],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )

    op.create_table(
        "torrent_contents",
        sa.Column("torrent_id", KEY, nullable=False),
        sa.Column("info", sa.LargeBinary(), nullable=False),
        sa.Column("piece_layers", sa.LargeBinary(), nullable=True),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["torrent_id"],
            ["torrents.id"],
            name=op.f("fk_torrent_contents_torrent_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("torrent_id", name=op.f("pk_torrent_contents")),
    )
    op.create_table(
        "torrent_files",
        sa.Column("torrent_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["torrent_id"],
            ["torrents.id"],
            name=op.f("fk_torrent_files_torrent_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("torrent_id", "number", name=op.f("pk_torrent_files")),
    )


def downgrade() -> None:
    op.drop_table("torrent_files")
    op.drop_table("torrent_contents")
    with op.batch_alter_table("torrents", schema=None) as batch_op:
        batch_op.drop_index("uq_torrents_info_hash_v2", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index(
            "uq_torrents_info_hash_short", sqlite_where=_LIVE, postgresql_where=_LIVE
        )
        batch_op.drop_index("uq_torrents_info_hash", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index(batch_op.f("ix_torrents_uploader_id"))
        batch_op.drop_index("ix_torrents_snatches_id", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index("ix_torrents_size_id", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index("ix_torrents_seeders_id", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index("ix_torrents_leechers_id", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index(batch_op.f("ix_torrents_group_id"))

    op.drop_table("torrents")
    with op.batch_alter_table("torrent_group_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_torrent_group_tags_tag_id"))

    op.drop_table("torrent_group_tags")
    op.drop_table("torrent_tags")
    with op.batch_alter_table("torrent_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_torrent_groups_category"))

    op.drop_table("torrent_groups")
