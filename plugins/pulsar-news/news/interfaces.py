"""What this plugin shows, and what others may react to."""

from pulsar.comments.interfaces import IComment
from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem


class INewsEntry(IContent):
    """A news or blog entry."""


class INewsComment(IComment):
    """What a member says to an entry."""


class INews(ICollection):
    """``/news``."""


class IEntryResource(IItem):
    """``/news/{id}``."""


class INewsPublished(IContentEvent):
    """An entry's time has come. Notified once, by the job; the request is nobody's."""
