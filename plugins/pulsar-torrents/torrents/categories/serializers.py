"""Output of categories."""

from __future__ import annotations

from pulsar.serialization import INTEGER, STRING, Field, Serializer


class CategorySerializer(Serializer):
    """A category."""

    name = Field(STRING, doc="What torrents and searches name it by.")
    title = Field(STRING)
    torznab = Field(INTEGER, doc="The number in the Newznab and Torznab numbering.")
    position = Field(INTEGER, doc="Lower ones come first in the list.")
