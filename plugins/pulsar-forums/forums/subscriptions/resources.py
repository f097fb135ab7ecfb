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
    """What the caller is subscribed to."""


class Subscription(Item[Any]):
    """A forum or thread as something that the caller may subscribe to."""

    __parent__: Subscribed


class Subscribed(Collection[Any]):
    """Forums or threads; what the caller may not see any longer they can still leave."""

    item = Subscription
    permission = SUBSCRIPTIONS_MODIFY
    #: The table of the subscriptions and its column for what is subscribed to.
    table: ClassVar[type[Any]]
    column: ClassVar[str]
    #: What it is called in sentences.
    word: ClassVar[str]

    def load(self, key: int) -> Any:
        """The live thing, if the caller may see it or leaves it."""
        if not self.request.caller.has(VIEW):
            return None
        leaves = self.request.method == "DELETE"
        if leaves and is_subscribed(self.request, self.table, **{self.column: key}):
            return self.request.db.get(self.model, key)
        return self.find(key)

    def find(self, key: int) -> Any:
        """The live thing, if the caller may see it."""
        raise NotImplementedError(type(self).__name__)


class SubscribedForums(Subscribed):
    """Forums."""

    model = Forum
    noun = "Forum"
    table = ForumSubscription
    column = "forum_id"
    word = "forum"

    def find(self, key: int) -> Forum | None:
        """The live forum, if the caller may see it."""
        query = visible_forums(self.request).where(Forum.id == key, Forum.deleted.is_(None))
        forum: Forum | None = self.request.db.scalar(query)
        return forum


class SubscribedThreads(Subscribed):
    """Threads."""

    model = Thread
    noun = "ForumThread"
    table = ThreadSubscription
    column = "thread_id"
    word = "thread"

    def find(self, key: int) -> Thread | None:
        """The live thread, if the caller may see it."""
        query = shown_threads(select(Thread)).where(Thread.id == key)
        thread: Thread | None = self.request.db.scalar(query)
        return thread if thread and ThreadSummary.of(thread).is_open_to(self.request) else None
