"""What this plugin shows, and what others may provide to it or react to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem

if TYPE_CHECKING:
    from pulsar.request import Request


class ITorrent(IContent):
    """One edition of a work: the files, who uploaded them, the counters."""


class ITorrentFile(IContent):
    """One file of a torrent."""


class ITorrents(ICollection):
    """``/torrents``."""


class ITorrentResource(IItem):
    """``/torrents/{id}``."""


class ITorrentCategory(IContent):
    """What kind of work a torrent is, as staff define them."""


class IAnnounceURLs(Interface):
    """A service that knows where a member's client announces."""

    def urls(request: Request, user_id: int) -> Sequence[str]:
        """The member's announce URLs, first the preferred one."""


class ITorrentUploaded(IContentEvent):
    """A torrent was stored."""


class ITorrentEdited(IContentEvent):
    """A torrent's title, description, category or tags changed."""


class ITorrentDeleted(IContentEvent):
    """A torrent was deleted; the tracker must not know it any longer."""


class ITorrentCategoryDeleted(IContentEvent):
    """A category is about to be removed; who has things of it raises CategoryInUse."""
