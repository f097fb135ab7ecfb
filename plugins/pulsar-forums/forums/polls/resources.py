"""``/polls``, ``/polls/{id}``, ``/polls/featured`` and ``/polls/votes/{choice_id}``."""

from __future__ import annotations

from sqlalchemy import select
from zope.interface import implementer

from pulsar.errors import NotFound
from pulsar.traversal import Collection, Item, Resource

from ..interfaces import IPolls
from ..permissions import POLLS_VOTE, VIEW
from ..visibility import ThreadSummary
from .models import Choice, Poll
from .queries import find_poll


class PollResource(Item[Poll]):
    """A poll."""


class Featured(Resource):
    """The featured poll of the site."""

    def find(self) -> Poll:
        """Return the featured poll. Raises NotFound if the caller sees no featured poll."""
        poll = find_poll(self.request, Poll.featured.is_(True))
        if poll is None or not ThreadSummary.of(poll.thread).is_open_to(self.request):
            raise NotFound("No poll is featured.")
        return poll


@implementer(IPolls)
class Polls(Collection[Poll]):
    """The polls of the threads that the caller may see."""

    item = PollResource
    model = Poll
    permission = VIEW
    noun = "ForumPoll"

    def load(self, key: int) -> Poll | None:
        """Return the poll if the caller may see its thread."""
        poll = find_poll(self.request, Poll.id == key)
        return poll if poll and ThreadSummary.of(poll.thread).is_visible(self.request) else None


class ChoiceResource(Item[Choice]):
    """A choice that can be voted for."""


class Votes(Collection[Choice]):
    """The choices of the polls that the caller may see."""

    item = ChoiceResource
    model = Choice
    permission = POLLS_VOTE
    noun = "ForumPollChoice"

    def load(self, key: int) -> Choice | None:
        """Return the choice if the caller may see the thread of its poll."""
        request = self.request
        poll = find_poll(request, Poll.id.in_(select(Choice.poll_id).where(Choice.id == key)))
        if poll is None or not request.caller.has(VIEW):
            return None
        if not ThreadSummary.of(poll.thread).is_open_to(request):
            return None
        return next(choice for choice in poll.choices if choice.id == key)
