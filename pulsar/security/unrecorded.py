"""Members of whom nobody writes down where they come from."""

from __future__ import annotations

from collections.abc import Collection

from ..request import Request

#: Whoever was granted it goes unrecorded; god mode is no such grant.
NO_HISTORY = "site_no_ip_history"
_UNRECORDED = "pulsar.unrecorded"


def mark_unrecorded(request: Request) -> None:
    """Note that the request is of such a member, who may have logged in with it."""
    request.environ[_UNRECORDED] = True


def is_unrecorded(request: Request, granted: Collection[str]) -> bool:
    """Whether the request is of a member who goes unrecorded; who logs in is known by then too."""
    return NO_HISTORY in granted or _UNRECORDED in request.environ
