"""Requests, their votes, ledger, tags, comments and bookmarks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "requests_0001"
down_revision = None
branch_labels = ("requests",)
depends_on = ("core_0001", "torrents_0001")

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("deleted IS NULL")


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("bounty", sa.BigInteger(), nullable=False),
        sa.Column("vote_count", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_vote", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filler_id", KEY, nullable=True),
        sa.Column("torrent_id", KEY, nullable=True),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("bounty >= 0", name=op.f("ck_requests_bounty")),
        sa.ForeignKeyConstraint(
            ["filler_id"], ["users.id"], name=op.f("fk_requests_filler_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["torrent_id"],
            ["torrents.id"],
            name=op.f("fk_requests_torrent_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_requests_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_requests_bounty_id",
            ["bounty", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(batch_op.f("ix_requests_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_filler_id"), ["filler_id"], unique=False)
        batch_op.create_index(
            "ix_requests_last_vote_id",
            ["last_vote", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(batch_op.f("ix_requests_torrent_id"), ["torrent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "ix_requests_vote_count_id",
            ["vote_count", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )

    op.create_table(
        "requests_bookmarks",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_requests_bookmarks_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_requests_bookmarks_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "request_id", name=op.f("pk_requests_bookmarks")),
    )
    with op.batch_alter_table("requests_bookmarks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_requests_bookmarks_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "requests_comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("editor_id", KEY, nullable=True),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleter_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["deleter_id"],
            ["users.id"],
            name=op.f("fk_requests_comments_deleter_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["users.id"],
            name=op.f("fk_requests_comments_editor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_requests_comments_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_requests_comments_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests_comments")),
    )
    with op.batch_alter_table("requests_comments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_requests_comments_deleter_id"), ["deleter_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_requests_comments_editor_id"), ["editor_id"], unique=False
        )
        batch_op.create_index(
            "ix_requests_comments_request_id_id", ["request_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_requests_comments_user_id"), ["user_id"], unique=False)

    op.create_table(
        "requests_ledger",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_requests_ledger_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_requests_ledger_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests_ledger")),
    )
    with op.batch_alter_table("requests_ledger", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_requests_ledger_request_id"), ["request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_requests_ledger_user_id"), ["user_id"], unique=False)

    op.create_table(
        "requests_tags",
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("tag_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_requests_tags_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["torrent_tags.id"],
            name=op.f("fk_requests_tags_tag_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "tag_id", name=op.f("pk_requests_tags")),
    )
    with op.batch_alter_table("requests_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_tags_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "requests_votes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_requests_votes_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_requests_votes_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests_votes")),
        sa.UniqueConstraint(
            "request_id", "user_id", name=op.f("uq_requests_votes_request_id_user_id")
        ),
    )
    with op.batch_alter_table("requests_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_votes_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("requests_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_votes_user_id"))

    op.drop_table("requests_votes")
    with op.batch_alter_table("requests_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_tags_tag_id"))

    op.drop_table("requests_tags")
    with op.batch_alter_table("requests_ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_ledger_user_id"))
        batch_op.drop_index(batch_op.f("ix_requests_ledger_request_id"))

    op.drop_table("requests_ledger")
    with op.batch_alter_table("requests_comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_comments_user_id"))
        batch_op.drop_index("ix_requests_comments_request_id_id")
        batch_op.drop_index(batch_op.f("ix_requests_comments_editor_id"))
        batch_op.drop_index(batch_op.f("ix_requests_comments_deleter_id"))

    op.drop_table("requests_comments")
    with op.batch_alter_table("requests_bookmarks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_bookmarks_request_id"))

    op.drop_table("requests_bookmarks")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_vote_count_id", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index(batch_op.f("ix_requests_user_id"))
        batch_op.drop_index(batch_op.f("ix_requests_torrent_id"))
        batch_op.drop_index("ix_requests_last_vote_id", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index(batch_op.f("ix_requests_filler_id"))
        batch_op.drop_index(batch_op.f("ix_requests_category"))
        batch_op.drop_index("ix_requests_bounty_id", sqlite_where=_LIVE, postgresql_where=_LIVE)

    op.drop_table("requests")
