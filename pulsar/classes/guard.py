"""The view deriver that protects the accounts of members who are not below the caller."""

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
    """Add the deriver: after the check of the permission, and before any input is read."""
    config.add_view_deriver(guard_view, "guard", under="secured_view", over="schema")


def guard_view(view: _View, info: Any) -> _View:
    """Derive a view whose option ``secret=True`` says that it shows a member's secret.

    Every view that changes something, and every view that shows a secret, raises Outranked if its
    context belongs to the account of a member who is not below the caller;
    :attr:`pulsar.traversal.Resource.member_id` is the member. Members may read their own secrets,
    and change resources with :attr:`pulsar.traversal.Resource.self_service`. For these resources
    and for secrets of other members, rank does not matter: the member must hold no permissions that
    the caller lacks.
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
    """Raise Unauthorized or Outranked if the caller has no access to the member's resource."""
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
