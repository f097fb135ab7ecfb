"""Requests, their events and criteria, and the resources below ``/requests``."""

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
    """A request for a work, with its bounty."""


class IRequestVote(IContent):
    """The total contribution of one member to a request."""


class IRequestComment(IComment):
    """A comment on a request."""


class IRequests(ICollection):
    """``/requests``."""


class IRequestResource(IItem):
    """``/requests/{id}``."""


class IRequestCriterion(Interface):
    """A criterion that torrents must meet to fill requests: ``config.add_request_criterion``."""

    def __call__(request: Request, torrent_request: TorrentRequest, torrent: Torrent) -> str | None:
        """Return a sentence that says why the torrent does not fill the request, or None."""


class IRequestCreated(IContentEvent):
    """A request was created."""


class IRequestEdited(IContentEvent):
    """A request was edited; its values need not have changed."""


class IRequestFilled(IContentEvent):
    """A torrent was accepted, and the bounty was paid to the filler."""


class IRequestUnfilled(IContentEvent):
    """The bounty was taken back from the filler, and the request is open again."""

    filler_id = Attribute("The id of the member who had filled the request, or None.")
    torrent_id = Attribute("The id of the torrent that had filled the request.")


class IRequestDeleted(IContentEvent):
    """A request was deleted. Its contributions were returned unless the filler keeps the bounty."""
