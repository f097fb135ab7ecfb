"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class SendInviteInput(TypedDict):
    """Who is to be let in."""

    email: str


class ListInvitesInput(TypedDict):
    """Whose, and which: those that still let in, unless it says otherwise."""

    page: int
    limit: int
    user_id: NotRequired[int]
    used: bool
    include_dead: bool


class GrantInvitesInput(TypedDict):
    """Invites for some members, or for all enabled ones of a primary class."""

    user_ids: NotRequired[list[int]]
    user_class_id: NotRequired[int]
    count: int


class ViewTreeInput(TypedDict):
    """How much of a tree."""

    depth: int
