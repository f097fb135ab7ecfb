"""Making a key, with another key or with username and password."""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.request import Request
from pyramid.view import view_config
from sqlalchemy import func, select
from zope.interface import implementer

from ...classes.effective import effective_permissions
from ...errors import Forbidden, Invalid, InvalidCredentials
from ...interfaces import IAPIKey, IDatabase, IPasswords
from ...security import PUBLIC, Identity
from ...users.models import User
from ..resources import APIKeys
from ..schemas import CreateKey
from ..services import create_key


@implementer(IAPIKey)
@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as its owner sees it this once."""

    hash: str
    key: str
    permissions: list[str] | None


@view_config(
    context=APIKeys,
    request_method="POST",
    permission=PUBLIC,
    schema=CreateKey,
    response=IAPIKey,
    status=201,
    errors=(InvalidCredentials,),
)
def create(context: APIKeys, request: Request) -> NewKey:
    """Make an API key for the caller, or for whoever username and password prove to be."""
    wanted = request.validated
    identity: Identity | None = request.identity
    if "username" in wanted or "password" in wanted or identity is None:
        user_id = log_in(request, wanted.get("username", ""), wanted.get("password", ""))
        identity = None
    else:
        user_id = identity.user_id
    permissions = wanted.get("permissions")
    require_held(request, user_id, identity, permissions)
    row, key = create_key(
        request.db,
        user_id,
        timeout=wanted.get("timeout", request.registry.settings["pulsar.key_timeout"]),
        permanent=wanted["permanent"],
        permissions=permissions,
    )
    return NewKey(row.hash, key, row.permissions)


def log_in(request: Request, username: str, password: str) -> int:
    """The id of the member. Raises InvalidCredentials, in the same time for nobody.

    The hash is read in a session of its own: verifying takes 20 ms, and no transaction should be
    open meanwhile.
    """
    with request.find_service(IDatabase).session() as session:
        row = session.execute(
            select(User.id, User.passhash, User.enabled).where(
                func.lower(User.username) == username.lower()
            )
        ).one_or_none()
    passwords = request.find_service(IPasswords)
    if not passwords.verify(row.passhash if row else None, password) or row is None:
        raise InvalidCredentials
    if not row.enabled:
        raise Forbidden("Your account has been disabled.", code="account_disabled")
    return int(row.id)


def require_held(
    request: Request, user_id: int, identity: Identity | None, permissions: list[str] | None
) -> None:
    """A key may carry no more than its maker has: not more than the member, nor than the key."""
    if identity is not None and identity.scope is not None and permissions is None:
        raise Forbidden(
            "A restricted APIKey can only create keys that are restricted too.",
            code="key_forbidden",
        )
    if permissions is None:
        return
    if identity is not None:
        held = all(identity.has(name) for name in permissions)
    else:
        user = request.db.get_one(User, user_id)
        granted = effective_permissions(
            request.db, user, request.registry.settings["pulsar.lock_permissions"]
        )
        held = "site_god_mode" in granted or granted.issuperset(permissions)
    if not held:
        raise Invalid({"permissions": ["permissions must be in the user's permissions list"]})
