"""``/staff_messages`` and the resources below it, which find the tickets a caller may see."""

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
        """The permission for assigning (PUT) or for reading and writing."""
        return HANDLE if self.request.method == "PUT" else VIEW

    def load(self, key: int) -> Ticket | None:
        """Return the ticket if it belongs to the caller or the caller handles it."""
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
