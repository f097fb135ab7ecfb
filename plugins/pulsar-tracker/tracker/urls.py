"""Where members' clients announce."""

from __future__ import annotations

from zope.interface import implementer

from pulsar.interfaces import ISecrets
from pulsar.request import Request
from pulsar.site.urls import site_url
from torrents.interfaces import IAnnounceURLs

from .settings import TrackerSettings


@implementer(IAnnounceURLs)
class AnnounceURLs:
    """``https://tracker/<passkey>/announce``."""

    def urls(self, request: Request, user_id: int) -> list[str]:
        """The member's announce URLs; a passkey is made where there is none."""
        base: str = TrackerSettings.url.of(request.registry) or site_url(request)
        passkey = request.find_service(ISecrets).current(request.db, user_id, "passkey")
        return [f"{base.rstrip('/')}/{passkey}/announce"]
