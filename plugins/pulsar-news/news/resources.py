"""``/news``, entries and the feed.

The resources decide whether the caller may see an entry, so that no view can forget to.
"""

from __future__ import annotations

from pyramid.authorization import Allow, Everyone
from sqlalchemy import select
from zope.interface import implementer

from pulsar.security import own
from pulsar.traversal import Collection, Item, Resource

from .access import is_visible
from .interfaces import IEntryResource, INews
from .models import BLOG, Entry
from .permissions import BLOG_CREATE, CREATE, MODIFY, VIEW
from .queries import shown_entries
from .settings import NewsSettings


@implementer(IEntryResource)
class EntryResource(Item[Entry]):
    """An entry. The author of a blog entry may edit, delete, and restore it if they deleted it."""

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Allow the author of a blog entry to modify it, as long as they may write blog entries."""
        author = self.model.author_id
        undone_by_others = self.model.deleted is not None and self.model.deleter_id != author
        if author is None or self.model.kind != BLOG or undone_by_others:
            return []
        return [(Allow, own(author, BLOG_CREATE), MODIFY)]


@implementer(INews)
class News(Collection[Entry]):
    """The entries that the caller may see."""

    item = EntryResource
    model = Entry
    permission = VIEW
    noun = "NewsEntry"

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Allow writers of blog entries to POST; ``require_may_write`` checks the kind."""
        return [(Allow, BLOG_CREATE, CREATE)]

    def load(self, key: int) -> Entry | None:
        """Return the entry if the caller may see it."""
        entry = self.request.db.scalar(shown_entries(select(Entry)).where(Entry.id == key))
        return entry if entry is not None and is_visible(self.request, entry) else None


class Feed(Resource):
    """``/news/feed``, which is public if the site has ``news.public``."""

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Allow everyone to read the feed if ``news.public`` is true."""
        public = NewsSettings.public.of(self.request.registry)
        return [(Allow, Everyone, VIEW)] if public else []
