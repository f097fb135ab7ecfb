"""The content, resources, services and events that other plugins can use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem

if TYPE_CHECKING:
    from pulsar.request import Request


class ITorrent(IContent):
    """An edition of a work, with its files, its uploader and its counters."""


class ITorrentFile(IContent):
    """One file of a torrent."""


class ITorrents(ICollection):
    """``/torrents``."""


class ITorrentResource(IItem):
    """``/torrents/{id}``."""


class ITorrentCategory(IContent):
    """A type of work, defined by staff."""


class IAnnounceURLs(Interface):
    """A service that returns the announce URLs of a member."""

    def urls(request: Request, user_id: int) -> Sequence[str]:
        """Return the member's announce URLs, the preferred one first."""


class ITorrentUploaded(IContentEvent):
    """A torrent was stored."""


class ITorrentEdited(IContentEvent):
    """The title, description, category or tags of a torrent were changed."""


class ITorrentDeleted(IContentEvent):
    """A torrent was deleted; the tracker must remove it."""


class ITorrentCategoryDeleted(IContentEvent):
    """A category is about to be removed; plugins that use it raise CategoryInUse."""
