"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class SendInviteInput(TypedDict):
    """The address of the person to invite."""

    email: str


class ListInvitesInput(TypedDict):
    """Selects a member's invites; by default only live ones."""

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
    """The depth of an invite tree."""

    depth: int
