"""The sample conversations and tickets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages.conversations.models import Block, Conversation, Membership, Message
from messages.staff.models import Answer, Ticket, TicketReply
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as session:
        yield session


class TestConversations:
    def test_they_hold_together(self, session: Session) -> None:
        conversations = session.scalars(select(Conversation)).all()
        assert len(conversations) == 50
        for conversation in conversations:
            messages = session.scalars(
                select(Message)
                .where(Message.conversation_id == conversation.id)
                .order_by(Message.id)
            ).all()
            assert (conversation.messages_count, conversation.last_message_id) == (
                len(messages),
                messages[-1].id,
            )
            assert [message.time for message in messages] == sorted(
                message.time for message in messages
            )
            assert {message.user_id for message in messages} <= {
                member.user_id for member in conversation.members
            }
            assert conversation.creator_id == messages[0].user_id

    def test_members(self, session: Session) -> None:
        for member in session.scalars(select(Membership)):
            others = session.scalars(
                select(Message.time)
                .where(
                    Message.conversation_id == member.conversation_id,
                    Message.user_id != member.user_id,
                )
                .order_by(Message.id.desc())
            ).first()
            assert member.last_response_time == others

    def test_searchable(self, populated: Any, session: Session) -> None:
        message = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert message is not None
        with populated.registry.getUtility(IDatabase).session(True) as writing:
            author = writing.get_one(User, message.user_id)
            reader = Client(populated, Factory(writing).key(author))
        words = " ".join(message.contents.split()[:3]).strip(".")
        path = f'/messages/conversations?limit=100&filter=sentbox&q="{words}"'
        items = reader.get(path, status=200).json["response"]["items"]
        deleted = session.get_one(Membership, (message.conversation_id, message.user_id)).deleted
        assert (message.conversation_id in [item["id"] for item in items]) is (deleted is None)

    def test_blocks(self, session: Session) -> None:
        assert session.scalar(select(func.count()).select_from(Block)) == 1


class TestTickets:
    def test_they_hold_together(self, session: Session) -> None:
        tickets = session.scalars(select(Ticket)).all()
        assert len(tickets) == 10
        assert len({ticket.status for ticket in tickets}) > 1
        for ticket in tickets:
            replies = session.scalars(
                select(TicketReply)
                .where(TicketReply.ticket_id == ticket.id)
                .order_by(TicketReply.id)
            ).all()
            assert replies[0].user_id == ticket.user_id
            assert replies[-1].time == ticket.active
            assert (ticket.status == "open") is (ticket.assignee_id is None)

    def test_answers(self, session: Session) -> None:
        assert session.scalar(select(func.count()).select_from(Answer)) == 3
