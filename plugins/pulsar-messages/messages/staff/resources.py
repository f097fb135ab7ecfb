"""``/staff_messages`` and what is below it. Whose a ticket is, is decided here for all views."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from zope.interface import implementer

from pulsar.traversal import Collection, Item

from .handlers import handles
from .interfaces import IStaffMessageResource, IStaffMessages
from .models import Answer, Ticket
from .permissions import ANSWERS, HANDLE, VIEW
from .queries import with_relations


@implementer(IStaffMessageResource)
class StaffMessageResource(Item[Ticket]):
    """One ticket."""


@implementer(IStaffMessages)
class StaffMessages(Collection[Any]):
    """The caller's tickets, or all tickets for handlers."""

    item = StaffMessageResource
    model = Ticket
    noun = "StaffMessage"

    @property
    def sight(self) -> str:
        """The permission for reading and writing in it, or for assigning."""
        return HANDLE if self.request.method == "PUT" else VIEW

    def load(self, key: int) -> Ticket | None:
        """The ticket, if it is the caller's or theirs to handle."""
        ticket = self.request.db.scalar(with_relations(select(Ticket).where(Ticket.id == key)))
        if ticket is None:
            return None
        is_own = ticket.user_id == self.request.caller.user_id
        is_asking = is_own and self.request.method != "PUT"
        return ticket if is_asking or handles(self.request, ticket) else None


class AnswerResource(Item[Answer]):
    """One canned answer."""


class Answers(Collection[Answer]):
    """All canned answers."""

    item = AnswerResource
    model = Answer
    permission = ANSWERS
    noun = "StaffAnswer"
