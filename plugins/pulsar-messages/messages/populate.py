"""Sample conversations and messages to staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.populate.directive import Progress
from pulsar.populate.material import moment, paragraph, scaled, seeded, sentence, title
from pulsar.request import Request
from pulsar.users.models import User

from .conversations.models import Block, Conversation, Membership, Message
from .conversations.queries import KIND
from .staff.handlers import all_handlers
from .staff.models import ANSWERED, OPEN, RESOLVED, Answer, Ticket, TicketReply

_CONVERSATIONS = 1_000
_TICKETS = 200
_AGE = timedelta(days=365)
_FORMAT = "bbcode"


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add conversations of two to five members, some blocks, tickets and canned answers."""
    chance, now = seeded("messages"), utcnow()
    members = request.db.scalars(select(User.id).where(User.enabled).order_by(User.id)).all()
    total = scaled(_CONVERSATIONS, scale, 4)
    begun = sorted(moment(chance, now - _AGE, now) for _ in range(total))
    for time in begun:
        _conversation(request, chance, members, time, now)
    progress("Conversations", total, total)
    handlers = sorted(all_handlers(request))
    ordinary = [user_id for user_id in members if user_id not in handlers]
    for user_id, blocked_id in _pairs(chance, ordinary, total // 50):
        request.db.add(Block(user_id=user_id, blocked_id=blocked_id, created=now - _AGE))
    total = scaled(_TICKETS, scale, 4)
    for time in sorted(moment(chance, now - _AGE, now) for _ in range(total)):
        _ticket(request, chance, members, handlers, time, now)
    for name in ("Client settings", "Ratio", "Upload rules"):
        request.db.add(Answer(name=name, contents=paragraph(chance), format=_FORMAT))
    request.db.flush()
    progress("Messages to staff", total, total)


def _conversation(
    request: Request, chance: Random, members: Sequence[int], begun: datetime, now: datetime
) -> None:
    session = request.db
    there = chance.sample(members, k=min(len(members), chance.choice((2, 2, 2, 3, 5))))
    authors = [there[0], *chance.choices(there, k=chance.randint(0, 6))]
    times = [begun, *sorted(moment(chance, begun, now) for _ in authors[1:])]
    conversation = Conversation(topic=title(chance), creator_id=there[0], created=begun)
    session.add(conversation)
    session.flush()
    messages = [
        Message(
            conversation_id=conversation.id,
            user_id=author,
            contents=paragraph(chance),
            format=_FORMAT,
            time=time,
        )
        for author, time in zip(authors, times, strict=True)
    ]
    # Flushed one by one, so that the ids are in the order of the messages.
    for message in messages:
        session.add(message)
        session.flush()
        body = f"{conversation.topic}\n{message.contents}"
        request.find_service(ISearch).put(session, KIND, message.id, body)
    conversation.messages_count, conversation.last_message_id = len(messages), messages[-1].id
    for user_id in there:
        session.add(_membership(chance, conversation.id, user_id, messages, begun, now))
    session.flush()


def _membership(
    chance: Random,
    conversation_id: int,
    user_id: int,
    messages: Sequence[Message],
    begun: datetime,
    now: datetime,
) -> Membership:
    """Create a member's membership of a conversation with these messages."""
    last = next((written for written in reversed(messages) if written.user_id != user_id), None)
    return Membership(
        conversation_id=conversation_id,
        user_id=user_id,
        original=True,
        read=last is None or chance.random() < 0.8,
        starred=chance.random() < 0.1,
        sent=any(message.user_id == user_id for message in messages),
        unread_id=last.id if last is not None else 0,
        last_response_time=last.time if last is not None else None,
        added=begun,
        deleted=moment(chance, messages[-1].time, now) if chance.random() < 0.1 else None,
    )


def _ticket(
    request: Request,
    chance: Random,
    members: Sequence[int],
    handlers: Sequence[int],
    begun: datetime,
    now: datetime,
) -> None:
    session, user_id = request.db, chance.choice(members)
    others = [handler for handler in handlers if handler != user_id]
    handler = chance.choice(others) if others and chance.random() < 0.7 else None
    answered = None if handler is None else moment(chance, begun, now)
    status = OPEN if answered is None else chance.choice((ANSWERED, RESOLVED))
    ticket = Ticket(
        user_id=user_id,
        topic=title(chance),
        status=status,
        assignee_id=handler,
        created=begun,
        active=answered or begun,
    )
    session.add(ticket)
    session.flush()
    written: list[tuple[int | None, datetime, bool]] = [(user_id, begun, False)]
    if answered is not None:
        if chance.random() < 0.3:
            written.append((handler, answered, True))
        written.append((handler, answered, False))
    for author, time, internal in written:
        contents = sentence(chance) if internal else paragraph(chance)
        reply = TicketReply(ticket_id=ticket.id, user_id=author, contents=contents, time=time)
        reply.internal, reply.format = internal, _FORMAT
        session.add(reply)
        session.flush()


def _pairs(chance: Random, members: Sequence[int], number: int) -> list[tuple[int, int]]:
    """Return distinct random pairs of members."""
    if len(members) < 2:
        return []
    pairs = {tuple(chance.sample(members, k=2)) for _ in range(number)}
    return sorted((first, second) for first, second in pairs)
