"""Private conversations, blocks, messages to staff and canned answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "messages_0001"
down_revision = None
branch_labels = ("messages",)
depends_on = ("core_0001",)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "messages_answers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages_answers")),
    )
    op.create_index(
        "uq_messages_answers_name_lower", "messages_answers", [sa.text("lower(name)")], unique=True
    )

    op.create_table(
        "messages_blocks",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("blocked_id", KEY, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_id"],
            ["users.id"],
            name=op.f("fk_messages_blocks_blocked_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_messages_blocks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "blocked_id", name=op.f("pk_messages_blocks")),
    )
    with op.batch_alter_table("messages_blocks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_blocks_blocked_id"), ["blocked_id"], unique=False
        )

    op.create_table(
        "messages_conversations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("topic", sa.String(length=128), nullable=False),
        sa.Column("creator_id", KEY, nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("messages_count", sa.Integer(), nullable=False),
        sa.Column("last_message_id", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"],
            ["users.id"],
            name=op.f("fk_messages_conversations_creator_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages_conversations")),
    )
    with op.batch_alter_table("messages_conversations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_conversations_creator_id"), ["creator_id"], unique=False
        )

    op.create_table(
        "messages_tickets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("topic", sa.String(length=128), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("assignee_id", KEY, nullable=True),
        sa.Column("user_class_id", KEY, nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["users.id"],
            name=op.f("fk_messages_tickets_assignee_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_class_id"],
            ["user_classes.id"],
            name=op.f("fk_messages_tickets_user_class_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_messages_tickets_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages_tickets")),
    )
    with op.batch_alter_table("messages_tickets", schema=None) as batch_op:
        batch_op.create_index("ix_messages_tickets_active_id", ["active", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_messages_tickets_assignee_id"), ["assignee_id"], unique=False
        )
        batch_op.create_index(
            "ix_messages_tickets_status_active_id", ["status", "active", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_messages_tickets_user_class_id"), ["user_class_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_messages_tickets_user_id"), ["user_id"], unique=False)

    op.create_table(
        "messages_members",
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("unread_id", sa.BigInteger(), nullable=False),
        sa.Column("last_response_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["messages_conversations.id"],
            name=op.f("fk_messages_members_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_messages_members_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name=op.f("pk_messages_members")),
    )
    with op.batch_alter_table("messages_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "messages_messages",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["messages_conversations.id"],
            name=op.f("fk_messages_messages_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_messages_messages_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages_messages")),
    )
    with op.batch_alter_table("messages_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_messages_conversation_id_id", ["conversation_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_messages_messages_user_id"), ["user_id"], unique=False)

    op.create_table(
        "messages_ticket_replies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["messages_tickets.id"],
            name=op.f("fk_messages_ticket_replies_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_messages_ticket_replies_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages_ticket_replies")),
    )
    with op.batch_alter_table("messages_ticket_replies", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_ticket_replies_ticket_id_id", ["ticket_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_messages_ticket_replies_user_id"), ["user_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("messages_ticket_replies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_ticket_replies_user_id"))
        batch_op.drop_index("ix_messages_ticket_replies_ticket_id_id")

    op.drop_table("messages_ticket_replies")
    with op.batch_alter_table("messages_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_messages_user_id"))
        batch_op.drop_index("ix_messages_messages_conversation_id_id")

    op.drop_table("messages_messages")
    with op.batch_alter_table("messages_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_members_user_id"))

    op.drop_table("messages_members")
    with op.batch_alter_table("messages_tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_tickets_user_id"))
        batch_op.drop_index(batch_op.f("ix_messages_tickets_user_class_id"))
        batch_op.drop_index("ix_messages_tickets_status_active_id")
        batch_op.drop_index(batch_op.f("ix_messages_tickets_assignee_id"))
        batch_op.drop_index("ix_messages_tickets_active_id")

    op.drop_table("messages_tickets")
    with op.batch_alter_table("messages_conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_conversations_creator_id"))

    op.drop_table("messages_conversations")
    with op.batch_alter_table("messages_blocks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_blocks_blocked_id"))

    op.drop_table("messages_blocks")
    op.drop_index("uq_messages_answers_name_lower", table_name="messages_answers")
    op.drop_table("messages_answers")
