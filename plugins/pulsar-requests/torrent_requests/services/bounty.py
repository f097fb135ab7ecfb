"""Adding to the bounty of a request."""

from __future__ import annotations

from pulsar.errors import Invalid
from pulsar.request import Request

from ..credit import lock, put_up
from ..errors import AlreadyFilled
from ..models import TorrentRequest
from ..settings import RequestsSettings


def vote(request: Request, torrent_request: TorrentRequest, amount: int) -> None:
    """Add credit of the caller to the bounty of an open request.

    Raises Invalid, AlreadyFilled or NotEnoughCredit.
    """
    least = RequestsSettings.min_bounty.of(request.registry)
    if amount < least:
        raise Invalid({"amount": [f"value must be at least {least}"]})
    lock(request, torrent_request)
    if torrent_request.filled is not None:
        raise AlreadyFilled
    put_up(request, torrent_request, amount, "vote")
    request.db.refresh(torrent_request)
