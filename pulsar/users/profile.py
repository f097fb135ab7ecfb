"""The caller's own profile, answered from the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..request import Request
from .models import User


def profile(request: Request, load: Callable[[], User]) -> Any:
    """What ``GET /users/me`` shows; every credential has a copy, since some see less.

    Whoever changes something that is shown there invalidates ``profile:<user id>``.
    """
    identity = request.caller
    return request.cache.get_or_create(
        identity.profile_key,
        lambda: request.serialize(load()),
        (*identity.tags, f"profile:{identity.user_id}"),
    )
