"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CreateKeyInput(TypedDict):
    """A key for the caller, or for the member with this username and password."""

    username: NotRequired[str]
    password: NotRequired[str]
    code: NotRequired[str]
    permanent: bool
    timeout: NotRequired[int]
    permissions: NotRequired[list[str]]


class ListKeysInput(TypedDict):
    """A list of a member's keys, and whether it includes those that have ended."""

    page: int
    limit: int
    user_id: NotRequired[int]
    include_dead: bool
