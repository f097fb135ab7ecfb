"""Events of requests."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from pulsar.request import Request

from .interfaces import (
    IRequestCreated,
    IRequestDeleted,
    IRequestEdited,
    IRequestFilled,
    IRequestUnfilled,
)
from .models import TorrentRequest


@dataclass(frozen=True, slots=True)
class _Event:
    request: Request
    model: TorrentRequest


@implementer(IRequestCreated)
class RequestCreated(_Event):
    """A request was created."""


@implementer(IRequestEdited)
class RequestEdited(_Event):
    """A request was edited."""


@implementer(IRequestFilled)
class RequestFilled(_Event):
    """A request was filled."""


@implementer(IRequestUnfilled)
@dataclass(frozen=True, slots=True)
class RequestUnfilled(_Event):
    """A filled request is open again."""

    filler_id: int | None
    torrent_id: int | None


@implementer(IRequestDeleted)
class RequestDeleted(_Event):
    """A request was deleted."""
