"""The security policy: it identifies callers by API key, and checks permissions."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import ACLAllowed, ACLDenied, ACLHelper, Everyone
from pyramid.interfaces import ISecurityPolicy
from pyramid.security import Allowed, Denied
from zope.interface import implementer

from ..interfaces import IIdentitySource
from ..request import Request
from .identity import Identity
from .permissions import AUTHENTICATED, CLOSED


def _is_listed(context: Any) -> bool:
    """Whether the resource or a parent has an ACL; few have one, and every request checks this."""
    place = context
    while place is not None:
        if hasattr(place, "__acl__"):
            return True
        place = getattr(place, "__parent__", None)
    return False


def own(user_id: int, permission: str) -> str:
    """The principal of the member with this id if they still hold the permission."""
    return f"user:{user_id}+{permission}"


def identity(request: Request) -> Identity | None:
    """``request.identity``: the policy's identity; computed again only after an error."""
    caller: Identity | None = request.registry.getUtility(ISecurityPolicy).identity(request)
    return caller


@implementer(ISecurityPolicy)
class SecurityPolicy:
    """Identifies callers by ``Authorization``; checks the resource's ACL, then permissions.

    An ``__acl__`` on the resource or its parents decides if one of its entries matches. Otherwise
    the member needs the view's permission.
    """

    def __init__(self) -> None:
        self.helper = ACLHelper()

    def identity(self, request: Request) -> Identity | None:
        """Return the caller, None if no key was sent. Raises Unauthorized for a wrong key."""
        return request.find_service(IIdentitySource).identify(request)

    def authenticated_userid(self, request: Request) -> int | None:
        identity = request.identity
        return identity.user_id if identity else None

    def permits(self, request: Request, context: Any, permission: str) -> Allowed | Denied:
        """Return whether the caller has the permission on the context."""
        if permission == CLOSED:
            return Denied("the view names no permission")
        identity = request.identity
        if _is_listed(context):
            principals = identity.principals if identity else (Everyone,)
            verdict = self.helper.permits(context, principals, permission)
            if isinstance(verdict, ACLAllowed) or verdict.ace != "<default deny>":
                return verdict
        if identity is not None and (permission == AUTHENTICATED or identity.has(permission)):
            return Allowed("%s holds %s", identity.username, permission)
        return ACLDenied("<default deny>", None, permission, (), context)

    def remember(self, request: Request, userid: int, **kwargs: Any) -> list[tuple[str, str]]:
        """Return no headers, since every request contains its key."""
        return []

    def forget(self, request: Request, **kwargs: Any) -> list[tuple[str, str]]:
        """Return no headers, since nothing is remembered."""
        return []
