"""What is sent about keys."""

from __future__ import annotations

from ..classes.owned import OfMember
from ..users.schemas import ExistingPassword
from ..validation import Boolean, Integer, ListOf, Paging, Schema, String

#: Half a minute of idleness would end keys in use; 365 days is what "permanent" is for.
SHORTEST, LONGEST = 60, 31_536_000


class CreateKey(Schema):
    """A key for the caller, or for whom username and password name."""

    example = {"username": "alice", "password": "Violet tractor 42!"}

    username = String(1, 32)
    password = ExistingPassword()
    code = String(1, 64, description="Of the second factor, where the account has one.")
    permanent = Boolean(default=False)
    timeout = Integer(SHORTEST, LONGEST)
    permissions = ListOf(String(1, 36), 200)


class ListKeys(OfMember, Paging):
    """Whose, and whether those that open nothing any more are listed too."""

    include_dead = Boolean(default=True)
