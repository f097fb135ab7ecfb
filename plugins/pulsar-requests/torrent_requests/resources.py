"""``/requests`` and ``/requests/{id}``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow
from sqlalchemy import select
from zope.interface import implementer

from pulsar.security import own
from pulsar.traversal import Collection, Item

from .interfaces import IRequestResource, IRequests
from .models import TorrentRequest
from .permissions import CREATE, DELETE, FILL, MODIFY, UNFILL, VIEW
from .queries import with_relations

_Access = list[tuple[str, str, Any]]


@implementer(IRequestResource)
class RequestResource(Item[TorrentRequest]):
    """One request. Its creator may edit, delete and unfill it, and its filler may unfill it.

    ``services`` restricts that by the rules of the bounty.
    """

    def __acl__(self) -> _Access:
        """Grant access to the creator and the filler, if they may still create or fill requests."""
        _access: _Access = []
        if self.model.user_id is not None:
            creator = own(self.model.user_id, CREATE)
            allowed = (MODIFY, DELETE, UNFILL)
            _access.append((Allow, creator, allowed))
        if self.model.filler_id is not None:
            _access.append((Allow, own(self.model.filler_id, FILL), UNFILL))
        return _access


@implementer(IRequests)
class Requests(Collection[TorrentRequest]):
    """All requests that are not deleted."""

    item = RequestResource
    model = TorrentRequest
    permission = VIEW
    noun = "Request"

    def load(self, key: int) -> TorrentRequest | None:
        return self.request.db.scalar(
            with_relations(
                select(TorrentRequest).where(
                    TorrentRequest.id == key, TorrentRequest.deleted.is_(None)
                )
            )
        )
