"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class OfMemberInput(TypedDict, total=False):
    """The query that selects a member: the caller unless another id is given."""

    user_id: int


class FindUsersInput(TypedDict):
    """A search for members by name."""

    page: int
    limit: int
    username: NotRequired[str]


class RegisterInput(TypedDict):
    """A new account."""

    username: str
    password: str
    email: str
    code: NotRequired[str | None]
