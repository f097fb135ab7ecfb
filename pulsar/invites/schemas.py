"""The input of invites."""

from __future__ import annotations

from ..classes.owned import OfMember
from ..validation import Boolean, Email, Integer, ListOf, Paging, Schema


class SendInvite(Schema):
    """The address of the person to invite."""

    example = {"email": "bob@example.org"}

    email = Email(required=True)


class ListInvites(OfMember, Paging):
    """Selects a member's invites; by default only live ones."""

    used = Boolean(default=False, description="Only those that let somebody in.")
    include_dead = Boolean(default=False, description="Used, revoked and expired ones too.")


class GrantInvites(Schema):
    """Invites for some members, or for all enabled ones of a primary class."""

    example = {"user_ids": [7, 12], "count": 2}

    user_ids = ListOf(Integer(1), 100)
    user_class_id = Integer(1)
    count = Integer(1, 1_000, required=True)


class ViewTree(Schema):
    """The depth of an invite tree."""

    depth = Integer(1, 20, default=5, description="How many generations.")
