"""``/news``, entries and comments below it, and the feed.

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
from .models import BLOG, Comment, Entry
from .queries import shown_comments, shown_entries


@implementer(IEntryResource)
class EntryResource(Item):
    """An entry. Whoever wrote a blog entry may edit, delete and, if they deleted it, restore it."""

    model: Entry

    def __acl__(self) -> list[tuple[str, str, str]]:
        """The author of a blog entry, as long as they may write such."""
        author = self.model.author_id
        undone_by_others = self.model.deleted is not None and self.model.deleter_id != author
        if author is None or self.model.kind != BLOG or undone_by_others:
            return []
        return [(Allow, own(author, "news_blog_create"), "news_modify")]


@implementer(INews)
class News(Collection):
    """The entries that the caller may see."""

    item = EntryResource
    model = Entry
    permission = "news_view"
    noun = "NewsEntry"

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Who writes blog entries comes to where entries are made; the kind is looked at there."""
        return [(Allow, "news_blog_create", "news_create")]

    def load(self, key: int) -> Entry | None:
        """The entry, if the caller may see it."""
        found = self.request.db.scalar(shown_entries(select(Entry)).where(Entry.id == key))
        return found if found is not None and is_visible(self.request, found) else None


class Feed(Resource):
    """The newest entries for feed readers; for everybody where the site says so."""

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Everybody, if ``news.public`` is on."""
        public = self.request.registry.settings["news.public"]
        return [(Allow, Everyone, "news_view")] if public else []


class CommentResource(Item):
    """A comment. Its author may edit and delete it, and restore it if they deleted it."""

    model: Comment

    def __acl__(self) -> list[tuple[str, str, str]]:
        """The author, as long as they may write comments."""
        author = self.model.user_id
        undone_by_others = self.model.deleted is not None and self.model.deleter_id != author
        if author is None or undone_by_others:
            return []
        return [(Allow, own(author, "news_comment"), "news_comments_modify")]


class Comments(Collection):
    """The comments on an entry."""

    __parent__: EntryResource

    item = CommentResource
    model = Comment
    permission = "news_view"
    noun = "NewsComment"

    def load(self, key: int) -> Comment | None:
        """The comment, if it is live or the caller may restore it."""
        entry = self.__parent__.model
        query = shown_comments(select(Comment)).where(Comment.entry_id == entry.id)
        found = self.request.db.scalar(query.where(Comment.id == key))
        if found is None or found.deleted is None:
            return found
        may_restore = self.request.has_permission("news_comments_modify", self(found))
        return found if may_restore else None
