"""How classes are shown."""

from __future__ import annotations

from typing import Any

from ..request import Request
from ..serialization import BOOLEAN, INTEGER, STRING, Field, Serializer, array_of

_RULES = {"type": ["object", "null"]}


def _permissions(request: Request, found: Any) -> list[str]:
    return sorted(row.permission for row in found.permissions)


class UserClassSerializer(Serializer):
    """A primary class."""

    id = Field(INTEGER)
    name = Field(STRING)
    rank = Field(INTEGER, doc="Higher stands above lower.")
    is_default = Field(BOOLEAN, doc="Whether new members join it.")
    permissions = Field(array_of(STRING), _permissions, permission="userclasses_modify")
    promotion = Field(_RULES, doc="Who rises to it: from, and least figures in require.")
    demotion = Field(_RULES, doc="Who falls from it: to, and figures in below.")


class SecondaryClassSerializer(Serializer):
    """A secondary class."""

    id = Field(INTEGER)
    name = Field(STRING)
    permissions = Field(array_of(STRING), _permissions, permission="userclasses_modify")
