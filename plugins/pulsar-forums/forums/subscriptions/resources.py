"""``/subscriptions/forums/{id}`` and ``/subscriptions/threads/{id}``."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import select
from zope.interface import implementer

from pulsar.notifications.subscriptions import is_subscribed
from pulsar.traversal import Collection, Item, Resource

from ..interfaces import ISubscriptions
from ..models import Forum, ForumSubscription, Thread, ThreadSubscription
from ..permissions import SUBSCRIPTIONS_MODIFY, VIEW
from ..queries import shown_threads, visible_forums
from ..visibility import ThreadSummary


@implementer(ISubscriptions)
class Subscriptions(Resource):
    """The subscriptions of the caller."""


class Subscription(Item[Any]):
    """A forum or thread to which the caller can subscribe."""

    __parent__: Subscribed


class Subscribed(Collection[Any]):
    """Forums or threads. Callers can unsubscribe from those that they no longer see."""

    item = Subscription
    permission = SUBSCRIPTIONS_MODIFY
    #: The table of the subscriptions and its column for the subscribed forum or thread.
    table: ClassVar[type[Any]]
    column: ClassVar[str]
    #: The word for the forum or thread in sentences.
    word: ClassVar[str]

    def load(self, key: int) -> Any:
        """Return the live object if the caller may see it or unsubscribes from it."""
        if not self.request.caller.has(VIEW):
            return None
        leaves = self.request.method == "DELETE"
        if leaves and is_subscribed(self.request, self.table, **{self.column: key}):
            return self.request.db.get(self.model, key)
        return self.find(key)

    def find(self, key: int) -> Any:
        """Return the live object if the caller may see it."""
        raise NotImplementedError(type(self).__name__)


class SubscribedForums(Subscribed):
    """Forums to which the caller can subscribe."""

    model = Forum
    noun = "Forum"
    table = ForumSubscription
    column = "forum_id"
    word = "forum"

    def find(self, key: int) -> Forum | None:
        """Return the live forum if the caller may see it."""
        query = visible_forums(self.request).where(Forum.id == key, Forum.deleted.is_(None))
        forum: Forum | None = self.request.db.scalar(query)
        return forum


class SubscribedThreads(Subscribed):
    """Threads to which the caller can subscribe."""

    model = Thread
    noun = "ForumThread"
    table = ThreadSubscription
    column = "thread_id"
    word = "thread"

    def find(self, key: int) -> Thread | None:
        """Return the live thread if the caller may see it."""
        query = shown_threads(select(Thread)).where(Thread.id == key)
        thread: Thread | None = self.request.db.scalar(query)
        return thread if thread and ThreadSummary.of(thread).is_open_to(self.request) else None
