"""What a new key is asked for with."""

from __future__ import annotations

from ..validation import Boolean, Integer, ListOf, Schema, String

#: Half a minute of idleness would end keys in use; 365 days is what "permanent" is for.
SHORTEST, LONGEST = 60, 31_536_000


class CreateKey(Schema):
    """A key for the caller, or for whom username and password name."""

    username = String(1, 32)
    password = String(1, 512)
    permanent = Boolean(default=False)
    timeout = Integer(SHORTEST, LONGEST)
    permissions = ListOf(String(1, 36), 200)
