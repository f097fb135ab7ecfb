"""The view deriver that keeps callers from the accounts of members who are not below them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..config import Configurator
from ..errors import Unauthorized
from ..request import Request
from ..traversal import Resource
from ..validation.declared import READING
from .rank import require_authority, require_no_more

_View = Callable[[Any, Request], Any]


def includeme(config: Configurator) -> None:
    """Add the deriver: behind the check of the permission, before any input is read."""
    config.add_view_deriver(guard_view, "guard", under="secured_view", over="schema")


def guard_view(view: _View, info: Any) -> _View:
    """``secret=True``: the view shows what only the member and those above them may see.

    Every view that changes something, and every view that shows a secret, raises Outranked where
    its context belongs to the account of a member who is not below the caller; whose account it is
    says :attr:`pulsar.traversal.Resource.member_id`. Members read their own secrets, and change
    what is for them to change, see :attr:`pulsar.traversal.Resource.self_service`. To that, and to
    secrets, rank does not matter: it is enough that the member holds no more than the caller.
    """
    secret = bool(info.options.get("secret"))
    methods = info.options.get("request_method") or ()
    methods = {methods} if isinstance(methods, str) else set(methods)
    if info.exception_only or (methods and methods <= READING and not secret):
        return view

    def guarded(context: Any, request: Request) -> Any:
        reads = request.method in READING
        if isinstance(context, Resource) and (secret or not reads):
            member_id = context.member_id
            if member_id is not None:
                require_access(request, context, member_id, reads=reads)
        return view(context, request)

    return guarded


def require_access(request: Request, context: Resource, member_id: int, *, reads: bool) -> None:
    """Raise Unauthorized, or Outranked, where the caller must keep off what is the member's."""
    identity = request.identity
    if identity is None:
        raise Unauthorized
    if member_id == identity.user_id and (reads or context.self_service):
        return
    if reads or context.self_service:
        require_no_more(request, member_id)
    else:
        require_authority(request, member_id)


guard_view.options = ("secret",)  # type: ignore[attr-defined]
