"""What ``request.validated`` holds after the schema of the same name."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CreateKeyInput(TypedDict):
    """A key for the caller, or for whom username and password name."""

    username: NotRequired[str]
    password: NotRequired[str]
    code: NotRequired[str]
    permanent: bool
    timeout: NotRequired[int]
    permissions: NotRequired[list[str]]


class ListKeysInput(TypedDict):
    """Whose, and whether those that open nothing any more are listed too."""

    page: int
    limit: int
    user_id: NotRequired[int]
    include_dead: bool
