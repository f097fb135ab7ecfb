"""``/torrents/{id}/peers``, ``/users/{id}/snatches`` and ``/users/{id}/seeding``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow

from pulsar.security import own
from pulsar.traversal import Resource

from ..permissions import VIEW_PEERS


class Peers(Resource):
    """The peers of a torrent."""


class Activity(Resource):
    """The activity of a member with torrents, which only they and staff may see."""

    @property
    def user_id(self) -> int:
        """The id of the member."""
        return int(self.__parent__.model.id)  # type: ignore[union-attr]

    def __acl__(self) -> list[tuple[str, str, Any]]:
        """The member, as long as they may see torrents."""
        return [(Allow, own(self.user_id, "torrents_view"), VIEW_PEERS)]


class Snatches(Activity):
    """The torrents that a member has downloaded from or uploaded to."""


class Seeding(Activity):
    """The torrents that a member seeds right now."""
