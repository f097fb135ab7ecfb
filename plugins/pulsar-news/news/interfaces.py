"""Entries, comments and their events, and the resources below ``/news``."""

from pulsar.comments.interfaces import IComment
from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem


class INewsEntry(IContent):
    """A news or blog entry."""


class INewsComment(IComment):
    """A comment on an entry."""


class INews(ICollection):
    """``/news``."""


class IEntryResource(IItem):
    """``/news/{id}``."""


class INewsPublished(IContentEvent):
    """An entry was published. The job notifies this once; the request has no caller."""
