"""What this plugin shows, and what others may provide to it or react to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

from pulsar.comments.interfaces import IComment
from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem

if TYPE_CHECKING:
    from pulsar.request import Request
    from torrents.models import Torrent

    from .models import TorrentRequest


class ITorrentRequest(IContent):
    """A work that somebody asks for, and what members put up for it."""


class IRequestVote(IContent):
    """What one member put up for a request."""


class IRequestComment(IComment):
    """What a member wrote about a request."""


class IRequests(ICollection):
    """``/requests``."""


class IRequestResource(IItem):
    """``/requests/{id}``."""


class IRequestCriterion(Interface):
    """What a torrent must meet to fill a request: config.add_request_criterion(name, criterion)."""

    def __call__(request: Request, torrent_request: TorrentRequest, torrent: Torrent) -> str | None:
        """A sentence that says why the torrent does not fill the request, or None."""


class IRequestCreated(IContentEvent):
    """A request was made."""


class IRequestEdited(IContentEvent):
    """A request's title, description, category or tags changed."""


class IRequestFilled(IContentEvent):
    """A torrent was accepted and the bounty paid."""


class IRequestUnfilled(IContentEvent):
    """The bounty was taken back, and the request is open again."""

    filler_id = Attribute("Who had filled it.")
    torrent_id = Attribute("The torrent that it was filled with.")


class IRequestDeleted(IContentEvent):
    """A request was deleted and what was put up for it given back."""
