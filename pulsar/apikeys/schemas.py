"""The input of endpoints about keys."""

from __future__ import annotations

from ..classes.owned import OfMember
from ..users.schemas import ExistingPassword
from ..validation import Boolean, Integer, ListOf, Paging, Schema, String

#: A shorter timeout would end keys that are in use; a key for over 365 days should be permanent.
SHORTEST, LONGEST = 60, 31_536_000


class CreateKey(Schema):
    """A key for the caller, or for the member with this username and password."""

    example = {"username": "alice", "password": "Violet tractor 42!"}

    username = String(1, 32)
    password = ExistingPassword()
    code = String(1, 64, description="Of the second factor, where the account has one.")
    permanent = Boolean(default=False)
    timeout = Integer(SHORTEST, LONGEST)
    permissions = ListOf(String(1, 36), 200)


class ListKeys(OfMember, Paging):
    """A list of a member's keys, and whether it includes those that have ended."""

    include_dead = Boolean(default=True)
