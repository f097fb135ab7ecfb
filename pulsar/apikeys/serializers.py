"""How API keys are shown."""

from __future__ import annotations

from ..serialization import STRING, Field, Serializer, array_of, nullable


class NewAPIKeySerializer(Serializer):
    """A key just made; the only time that the whole of it is told."""

    hash = Field(STRING, doc="The key's public name.")
    key = Field(STRING, doc="Send it as Authorization: Token KEY.")
    permissions = Field(
        nullable(array_of(STRING)), doc="All that the key may do; null is everything."
    )
