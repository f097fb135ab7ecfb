"""Criteria that torrents must meet to fill requests, an extension point of this plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulsar.config import Configurator
from pulsar.request import Request
from torrents.models import Torrent

from .interfaces import IRequestCriterion
from .models import TorrentRequest

Criterion = Callable[[Request, TorrentRequest, Torrent], str | None]


def add_request_criterion(config: Configurator, name: str, criterion: Criterion | str) -> None:
    """Directive: add a criterion that torrents must meet to fill requests.

    ``criterion(request, torrent_request, torrent)`` returns a sentence that says why the torrent
    does not fill the request, or None. It is called for every category, while the request's row is
    locked.
    """
    item = config.introspectable("request criteria", name, name, "request criterion")
    resolved: Any = config.maybe_dotted(criterion)

    def register() -> None:
        config.registry.registerUtility(resolved, IRequestCriterion, name)

    config.action(("request criterion", name), register, introspectables=(item,))


def same_category(
    request: Request, torrent_request: TorrentRequest, torrent: Torrent
) -> str | None:
    """The built-in criterion: the torrent must be in the category of the request."""
    if torrent.group.category == torrent_request.category:
        return None
    return f"the torrent's category is not {torrent_request.category}"


def objections(request: Request, torrent_request: TorrentRequest, torrent: Torrent) -> list[str]:
    """Return the sentences of all criteria that the torrent does not meet."""
    criteria = sorted(request.registry.getUtilitiesFor(IRequestCriterion))
    sentences = [criterion(request, torrent_request, torrent) for _, criterion in criteria]
    return [sentence for sentence in sentences if sentence is not None]
