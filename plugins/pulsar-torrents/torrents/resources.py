"""``/torrents`` and ``/torrents/{id}``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from zope.interface import implementer

from pulsar.security import own
from pulsar.traversal import Collection, Item
from pulsar.users.loading import named

from .interfaces import ITorrentResource, ITorrents
from .models import Torrent
from .permissions import DELETE, MODIFY, UPLOAD, VIEW


def with_relations(query: Select[tuple[Torrent]]) -> Select[tuple[Torrent]]:
    """Return the query with the relations that responses show; of the uploader only the name."""
    return query.options(named(joinedload(Torrent.uploader)))


@implementer(ITorrentResource)
class TorrentResource(Item[Torrent]):
    """A torrent. Its uploader may edit it, and may delete it as long as the site's limits allow."""

    def __acl__(self) -> list[tuple[str, str, Any]]:
        """Allow the uploader to edit and delete, as long as they may upload."""
        uploader = self.model.uploader_id
        if uploader is None:
            return []
        return [(Allow, own(uploader, UPLOAD), (MODIFY, DELETE))]


@implementer(ITorrents)
class Torrents(Collection[Torrent]):
    """All torrents that are not deleted."""

    item = TorrentResource
    model = Torrent
    permission = VIEW
    noun = "Torrent"

    def load(self, key: int) -> Torrent | None:
        return self.request.db.scalar(
            with_relations(select(Torrent).where(Torrent.id == key, Torrent.deleted.is_(None)))
        )
