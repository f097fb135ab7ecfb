"""The serializers of classes."""

from __future__ import annotations

from typing import Any

from ..permissions import USERCLASSES_MODIFY
from ..request import Request
from ..serialization import BOOLEAN, INTEGER, STRING, Field, Serializer, array_of

_RULES = {"type": ["object", "null"]}


def _permissions(request: Request, user_class: Any) -> list[str]:
    return sorted(row.permission for row in user_class.permissions)


class UserClassSerializer(Serializer):
    """A primary class."""

    id = Field(INTEGER)
    name = Field(STRING)
    rank = Field(INTEGER, doc="Higher stands above lower.")
    is_default = Field(BOOLEAN, doc="Whether new members join it.")
    permissions = Field(array_of(STRING), _permissions, permission=USERCLASSES_MODIFY)
    promotion = Field(_RULES, doc="Who rises to it: from, and least figures in require.")
    demotion = Field(_RULES, doc="Who falls from it: to, and figures in below.")


class SecondaryClassSerializer(Serializer):
    """A secondary class."""

    id = Field(INTEGER)
    name = Field(STRING)
    permissions = Field(array_of(STRING), _permissions, permission=USERCLASSES_MODIFY)
