"""``/news``, entries and the feed.

Whether the caller may see a thing is decided here, so that no view can forget it.
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
        """The author of a blog entry, as long as they may write such."""
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
        """Who writes blog entries comes to where entries are made; the kind is looked at there."""
        return [(Allow, BLOG_CREATE, CREATE)]

    def load(self, key: int) -> Entry | None:
        """The entry, if the caller may see it."""
        entry = self.request.db.scalar(shown_entries(select(Entry)).where(Entry.id == key))
        return entry if entry is not None and is_visible(self.request, entry) else None


class Feed(Resource):
    """The newest entries for feed readers; for everybody where the site says so."""

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Everybody, if ``news.public`` is on."""
        public = NewsSettings.public.of(self.request.registry)
        return [(Allow, Everyone, VIEW)] if public else []
