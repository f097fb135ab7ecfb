"""What the tracker does when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from . import tags
from .flusher import try_to_flush
from .interfaces import ITracker


def torrent_uploaded(event: Any) -> None:
    """Forget that the info-hashes were unknown."""
    event.request.cache.invalidate(*_tags(event.model))


def torrent_deleted(event: Any) -> None:
    """Forget the torrent and its swarm once the deletion is committed."""
    event.request.cache.invalidate(*_tags(event.model))
    tracker = event.request.find_service(ITracker)
    torrent_id = event.model.id

    def forget(success: bool) -> None:
        if success:
            tracker.forget(torrent_id)

    event.request.tm.get().addAfterCommitHook(forget)


def flush(event: Any) -> None:
    """Write what is left at the end of the process, also of one that only runs jobs."""
    try_to_flush(event.registry.getUtility(ITracker))


def _tags(torrent: Any) -> list[str]:
    hashes = (torrent.info_hash, torrent.info_hash_short)
    return [tags.info_hash(value) for value in hashes if value is not None]
