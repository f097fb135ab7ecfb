"""Events of torrents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zope.interface import implementer

from pulsar.request import Request

from .interfaces import ITorrentCategoryDeleted, ITorrentDeleted, ITorrentEdited, ITorrentUploaded
from .models import Torrent

if TYPE_CHECKING:
    from .categories.models import TorrentCategory


@dataclass(frozen=True, slots=True)
class _Event:
    request: Request
    model: Torrent


@implementer(ITorrentUploaded)
class TorrentUploaded(_Event):
    """A torrent was stored."""


@implementer(ITorrentEdited)
class TorrentEdited(_Event):
    """A torrent was edited."""


@implementer(ITorrentDeleted)
class TorrentDeleted(_Event):
    """A torrent was deleted."""


@implementer(ITorrentCategoryDeleted)
@dataclass(frozen=True, slots=True)
class TorrentCategoryDeleted:
    """A category is about to be removed."""

    request: Request
    model: TorrentCategory
