"""Members whose addresses are not recorded."""

from __future__ import annotations

from collections.abc import Collection

from ..request import Request

#: Members with this permission are not recorded. God mode does not include it.
NO_HISTORY = "site_no_ip_history"
_UNRECORDED = "pulsar.unrecorded"


def mark_unrecorded(request: Request) -> None:
    """Mark the request as sent by an unrecorded member, who may have logged in with it."""
    request.environ[_UNRECORDED] = True


def is_unrecorded(request: Request, granted: Collection[str]) -> bool:
    """Return whether an unrecorded member sent the request, possibly to log in."""
    return NO_HISTORY in granted or _UNRECORDED in request.environ
