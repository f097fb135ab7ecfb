"""The view that creates a key, with another key or with username and password."""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.view import view_config
from zope.interface import implementer

from ...db import utcnow
from ...errors import Forbidden, Invalid
from ...interfaces import ILogIn, IUserClasses
from ...request import Request
from ...security import PUBLIC, Identity
from ...security.permissions import GOD_MODE
from ...settings import CoreSettings
from ...users import tags as user_tags
from ...users.models import User
from ...users.recorded_addresses import record, recorded_address
from ..inputs import CreateKeyInput
from ..interfaces import INewAPIKey
from ..lineage import require_parent
from ..resources import APIKeys
from ..schemas import CreateKey
from ..services import create_key


@implementer(INewAPIKey)
@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key, which its owner sees only once."""

    hash: str
    key: str
    permissions: list[str] | None


@view_config(
    context=APIKeys,
    request_method="POST",
    permission=PUBLIC,
    schema=CreateKey,
    response=INewAPIKey,
    status=201,
    errors=(ILogIn,),
)
def create(context: APIKeys, request: Request[CreateKeyInput]) -> NewKey:
    """Create an API key for the caller, or for the member with the given username and password.

    Accounts with a second factor also need one of its codes. A key that was created with another
    key ends with that key at the latest.
    """
    values = request.validated
    identity: Identity | None = request.identity
    if "username" in values or "password" in values or identity is None:
        user_id = request.find_service(ILogIn).log_in(
            request, values.get("username", ""), values.get("password", ""), values.get("code")
        )
        identity = None
    else:
        user_id = identity.user_id
        require_parent(request.db, identity.key_id)
    granted = held_by(request, user_id) if identity is None else identity.granted
    permissions = values.get("permissions")
    require_scope_held(identity, granted, permissions)
    maker = recorded_address(request, granted)
    if identity is None:
        record(request.db, user_id, maker, utcnow())
        request.cache.invalidate(user_tags.profile(user_id))
    row, key = create_key(
        request.db,
        user_id,
        timeout=values.get("timeout", CoreSettings.key_timeout.of(request.registry)),
        permanent=values["permanent"],
        permissions=permissions,
        maker=maker,
        parent_id=identity.key_id if identity is not None else None,
    )
    request.response.location = request.resource_url(context, row.hash)
    return NewKey(row.hash, key, row.permissions)


def held_by(request: Request, user_id: int) -> frozenset[str]:
    user = request.db.get_one(User, user_id)
    return request.find_service(IUserClasses).permissions(request.registry, request.db, user)


def require_scope_held(
    identity: Identity | None, granted: frozenset[str], permissions: list[str] | None
) -> None:
    """Raise an error if the key would have permissions that its creator lacks.

    The scope is limited to the permissions of the member and of the key that creates the new one.
    """
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
        held = GOD_MODE in granted or granted.issuperset(permissions)
    if not held:
        raise Invalid({"permissions": ["permissions must be in the user's permissions list"]})
