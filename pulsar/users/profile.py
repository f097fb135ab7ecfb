"""Members' pages, served from the cache.

Code that changes something on these pages must invalidate :func:`pulsar.users.tags.user` of the
member, or :func:`~pulsar.users.tags.profile` if the change does not affect permissions.
"""

from __future__ import annotations

from collections.abc import Callable

from ..request import Request
from ..security.tags import SECONDARY_CLASSES
from ..serialization import Prepared
from . import tags
from .interfaces import IUser
from .models import User
from .resources import UserResource


def own_page(request: Request, load: Callable[[], User]) -> Prepared:
    """Return the caller's own page. Each credential has a copy, because scopes hide fields."""
    identity = request.caller
    return request.cache.page(
        identity.profile_key,
        lambda: request.serialize(load()),
        (*identity.tags, tags.profile(identity.user_id)),
    )


def user_page(request: Request, resource: UserResource) -> Prepared:
    """Return a member's page; callers with the same audience share a copy."""
    user_id = resource.member_id
    if user_id == request.caller.user_id:
        return own_page(request, lambda: resource.model)
    return request.cache.page(
        request.cache.page_key(IUser, "user", user_id, own=False),
        lambda: request.serialize(resource.model),
        (tags.user(user_id), tags.profile(user_id), SECONDARY_CLASSES),
    )
