"""Entries, comments, read marks and subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "news_0001"
down_revision = None
branch_labels = ("news",)
depends_on = ("core_0001",)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("deleted IS NULL")
_UNANNOUNCED = sa.text("deleted IS NULL AND announced IS NULL")


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("comments_open", sa.Boolean(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("edited_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("editor_id", KEY, nullable=True),
        sa.Column("announced", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_to", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleter_id", KEY, nullable=True),
        sa.CheckConstraint("kind IN ('news', 'blog')", name=op.f("ck_news_kind")),
        sa.CheckConstraint("comment_count >= 0", name=op.f("ck_news_comment_count")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_news_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deleter_id"], ["users.id"], name=op.f("fk_news_deleter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["users.id"], name=op.f("fk_news_editor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_news_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_news_deleter_id"), ["deleter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_news_editor_id"), ["editor_id"], unique=False)
        batch_op.create_index(
            "ix_news_kind_publish_at_id",
            ["kind", "publish_at", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "ix_news_pinned_publish_at_id",
            ["pinned", "publish_at", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "ix_news_unannounced",
            ["publish_at"],
            unique=False,
            sqlite_where=_UNANNOUNCED,
            postgresql_where=_UNANNOUNCED,
        )

    op.create_table(
        "news_seen",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_news_seen_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_news_seen")),
    )
    op.create_table(
        "news_subscriptions",
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_news_subscriptions_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_news_subscriptions")),
    )
    op.create_table(
        "news_comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
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
            name=op.f("fk_news_comments_deleter_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["users.id"],
            name=op.f("fk_news_comments_editor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["news.id"], name=op.f("fk_news_comments_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_news_comments_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_comments")),
    )
    with op.batch_alter_table("news_comments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_news_comments_deleter_id"), ["deleter_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_news_comments_editor_id"), ["editor_id"], unique=False)
        batch_op.create_index("ix_news_comments_entry_id", ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_news_comments_entry_id_id",
            ["entry_id", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(batch_op.f("ix_news_comments_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    for table in ("news_comments", "news_subscriptions", "news_seen", "news"):
        op.drop_table(table)
