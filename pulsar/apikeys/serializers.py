"""The JSON representation of API keys."""

from __future__ import annotations

from ..serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    Field,
    Serializer,
    array_of,
    nullable,
)

_SCOPE = nullable(array_of(STRING))
_ALL = "All that the key may do; null is everything."


class APIKeySerializer(Serializer):
    """A key, for its member and for staff."""

    owner = "user_id"

    hash = Field(STRING, doc="The key's public name.")
    user_id = Field(INTEGER)
    created = Field(DATETIME)
    last_used = Field(DATETIME, doc="Correct to two minutes.")
    ip = Field(STRING, doc="Where it was last used from; empty where that is not known.")
    user_agent = Field(STRING, doc="The program that last used it.")
    revoked = Field(nullable(DATETIME))
    permanent = Field(BOOLEAN)
    timeout = Field(INTEGER, doc="Seconds of idleness that end it, unless it is permanent.")
    permissions = Field(_SCOPE, doc=_ALL)


class NewAPIKeySerializer(Serializer):
    """A new key; only this response contains the whole key."""

    hash = Field(STRING, doc="The key's public name.")
    key = Field(STRING, doc="Send it as Authorization: Token KEY.")
    permissions = Field(_SCOPE, doc=_ALL)
