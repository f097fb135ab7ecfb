"""Forums, threads, posts, polls, subscriptions and read marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "forums_0001"
down_revision = None
branch_labels = ("forums",)
depends_on = ("core_0001",)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("deleted IS NULL")


def upgrade() -> None:
    op.create_table(
        "forums_categories",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("description", sa.String(length=1024), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_categories")),
    )
    op.create_table(
        "forums",
        sa.Column("id", KEY, nullable=False),
        sa.Column("category_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("description", sa.String(length=1024), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("thread_count", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("thread_count >= 0", name=op.f("ck_forums_thread_count")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["forums_categories.id"],
            name=op.f("fk_forums_category_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums")),
    )
    with op.batch_alter_table("forums", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forums_category_id"), ["category_id"], unique=False)

    op.create_table(
        "forums_members",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("forum_id", KEY, nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("thread_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("post_count >= 0", name=op.f("ck_forums_members_post_count")),
        sa.CheckConstraint("thread_count >= 0", name=op.f("ck_forums_members_thread_count")),
        sa.ForeignKeyConstraint(
            ["forum_id"], ["forums.id"], name=op.f("fk_forums_members_forum_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_forums_members_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "forum_id", name=op.f("pk_forums_members")),
    )
    with op.batch_alter_table("forums_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forums_members_forum_id"), ["forum_id"], unique=False)

    op.create_table(
        "forums_subscriptions_forums",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("forum_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["forum_id"],
            ["forums.id"],
            name=op.f("fk_forums_subscriptions_forums_forum_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_forums_subscriptions_forums_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "forum_id", name=op.f("pk_forums_subscriptions_forums")),
    )
    with op.batch_alter_table("forums_subscriptions_forums", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_subscriptions_forums_forum_id"), ["forum_id"], unique=False
        )

    op.create_table(
        "forums_threads",
        sa.Column("id", KEY, nullable=False),
        sa.Column("forum_id", KEY, nullable=False),
        sa.Column("topic", sa.String(length=150), nullable=False),
        sa.Column("creator_id", KEY, nullable=True),
        sa.Column("created_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("sticky", sa.Boolean(), nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("last_post_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("post_count >= 0", name=op.f("ck_forums_threads_post_count")),
        sa.ForeignKeyConstraint(
            ["creator_id"],
            ["users.id"],
            name=op.f("fk_forums_threads_creator_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["forum_id"],
            ["forums.id"],
            name=op.f("fk_forums_threads_forum_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_threads")),
    )
    with op.batch_alter_table("forums_threads", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_threads_creator_id"), ["creator_id"], unique=False
        )
        batch_op.create_index("ix_forums_threads_forum_id", ["forum_id"], unique=False)
        batch_op.create_index(
            "ix_forums_threads_forum_id_last_post_id",
            ["forum_id", "last_post_id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index(
            "ix_forums_threads_forum_id_place",
            ["forum_id", "place"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )

    op.create_table(
        "forums_polls",
        sa.Column("id", KEY, nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.Column("question", sa.String(length=250), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["forums_threads.id"],
            name=op.f("fk_forums_polls_thread_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_polls")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_forums_polls_thread_id")),
    )
    with op.batch_alter_table("forums_polls", schema=None) as batch_op:
        batch_op.create_index(
            "uq_forums_polls_featured",
            ["featured"],
            unique=True,
            sqlite_where=sa.text("featured"),
            postgresql_where=sa.text("featured"),
        )

    op.create_table(
        "forums_posts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sticky", sa.Boolean(), nullable=False),
        sa.Column("edited_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("editor_id", KEY, nullable=True),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["users.id"], name=op.f("fk_forums_posts_editor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["forums_threads.id"],
            name=op.f("fk_forums_posts_thread_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_forums_posts_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_posts")),
    )
    with op.batch_alter_table("forums_posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forums_posts_editor_id"), ["editor_id"], unique=False)
        batch_op.create_index("ix_forums_posts_thread_id", ["thread_id"], unique=False)
        batch_op.create_index(
            "ix_forums_posts_thread_id_id",
            ["thread_id", "id"],
            unique=False,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
        batch_op.create_index("ix_forums_posts_user_id_id", ["user_id", "id"], unique=False)

    op.create_table(
        "forums_subscriptions_threads",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["forums_threads.id"],
            name=op.f("fk_forums_subscriptions_threads_thread_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_forums_subscriptions_threads_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_id", "thread_id", name=op.f("pk_forums_subscriptions_threads")
        ),
    )
    with op.batch_alter_table("forums_subscriptions_threads", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_subscriptions_threads_thread_id"), ["thread_id"], unique=False
        )

    op.create_table(
        "forums_threads_notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["forums_threads.id"],
            name=op.f("fk_forums_threads_notes_thread_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_forums_threads_notes_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_threads_notes")),
    )
    with op.batch_alter_table("forums_threads_notes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_threads_notes_thread_id"), ["thread_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_forums_threads_notes_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "forums_threads_views",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["forums_threads.id"],
            name=op.f("fk_forums_threads_views_thread_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_forums_threads_views_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "thread_id", name=op.f("pk_forums_threads_views")),
    )
    with op.batch_alter_table("forums_threads_views", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_threads_views_thread_id"), ["thread_id"], unique=False
        )

    op.create_table(
        "forums_polls_choices",
        sa.Column("id", KEY, nullable=False),
        sa.Column("poll_id", KEY, nullable=False),
        sa.Column("choice", sa.String(length=200), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("answers >= 0", name=op.f("ck_forums_polls_choices_answers")),
        sa.ForeignKeyConstraint(
            ["poll_id"],
            ["forums_polls.id"],
            name=op.f("fk_forums_polls_choices_poll_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_polls_choices")),
    )
    with op.batch_alter_table("forums_polls_choices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_polls_choices_poll_id"), ["poll_id"], unique=False
        )

    op.create_table(
        "forums_posts_edits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("editor_id", KEY, nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["users.id"],
            name=op.f("fk_forums_posts_edits_editor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["forums_posts.id"],
            name=op.f("fk_forums_posts_edits_post_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums_posts_edits")),
    )
    with op.batch_alter_table("forums_posts_edits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_posts_edits_editor_id"), ["editor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_forums_posts_edits_post_id"), ["post_id"], unique=False
        )

    op.create_table(
        "forums_polls_answers",
        sa.Column("poll_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("choice_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["choice_id"],
            ["forums_polls_choices.id"],
            name=op.f("fk_forums_polls_answers_choice_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"],
            ["forums_polls.id"],
            name=op.f("fk_forums_polls_answers_poll_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_forums_polls_answers_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name=op.f("pk_forums_polls_answers")),
    )
    with op.batch_alter_table("forums_polls_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forums_polls_answers_choice_id"), ["choice_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_forums_polls_answers_user_id"), ["user_id"], unique=False
        )
    op.create_index(
        "uq_forums_polls_choices_choice",
        "forums_polls_choices",
        ["poll_id", sa.text("lower(choice)")],
        unique=True,
    )


def downgrade() -> None:
    for table in (
        "forums_polls_answers",
        "forums_posts_edits",
        "forums_polls_choices",
        "forums_threads_views",
        "forums_threads_notes",
        "forums_subscriptions_threads",
        "forums_posts",
        "forums_polls",
        "forums_threads",
        "forums_subscriptions_forums",
        "forums_members",
        "forums",
        "forums_categories",
    ):
        op.drop_table(table)
