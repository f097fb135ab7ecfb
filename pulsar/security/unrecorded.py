"""Members whose addresses are not recorded."""

from __future__ import annotations

from collections.abc import Collection

from ..request import Request

#: Members who were granted this permission go unrecorded; god mode does not include it.
NO_HISTORY = "site_no_ip_history"
_UNRECORDED = "pulsar.unrecorded"


def mark_unrecorded(request: Request) -> None:
    """Mark the request as one of such a member, who may have logged in with it."""
    request.environ[_UNRECORDED] = True


def is_unrecorded(request: Request, granted: Collection[str]) -> bool:
    """Whether the request is of an unrecorded member, including one who logs in with it."""
    return NO_HISTORY in granted or _UNRECORDED in request.environ
