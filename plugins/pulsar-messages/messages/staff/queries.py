"""Queries for tickets, replies and canned answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from pulsar.users.loading import named

from .models import OPEN, Answer, Ticket, TicketReply


def with_relations(query: Select[tuple[Ticket]]) -> Select[tuple[Ticket]]:
    """Return the query with options for the relations that the serializer needs."""
    return query.options(
        named(joinedload(Ticket.user)),
        named(joinedload(Ticket.assignee)),
        joinedload(Ticket.user_class),
    )


def listing(values: Mapping[str, Any]) -> Select[tuple[Ticket]]:
    """Return the query for the matching tickets of all members, the last active first."""
    query = select(Ticket)
    for name, column in (
        ("status", Ticket.status),
        ("assigned_to", Ticket.assignee_id),
        ("assigned_class", Ticket.user_class_id),
    ):
        if name in values:
            query = query.where(column == values[name])
    if "unassigned" in values:
        unassigned = Ticket.assignee_id.is_(None) & Ticket.user_class_id.is_(None)
        query = query.where(unassigned if values["unassigned"] else ~unassigned)
    return with_relations(query.order_by(Ticket.active.desc(), Ticket.id.desc()))


def replies_of(ticket: Ticket, *, internal: bool) -> Select[tuple[TicketReply]]:
    """Return the query for the messages of a ticket, with or without internal notes."""
    query = select(TicketReply).where(TicketReply.ticket_id == ticket.id)
    if not internal:
        query = query.where(TicketReply.internal.is_(False))
    return query.options(named(joinedload(TicketReply.user)))


def answers() -> Select[tuple[Answer]]:
    """Return the query for all canned answers, in the order of their ids."""
    return select(Answer).order_by(Answer.id)


def count_open(session: Session) -> int:
    """Count the tickets that wait for an answer."""
    return session.scalar(select(func.count()).where(Ticket.status == OPEN)) or 0
