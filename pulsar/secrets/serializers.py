"""The serializer of secrets, for their owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zope.interface import implementer

from ..serialization import DATETIME, STRING, Field, Serializer, nullable
from .interfaces import ISecret


@implementer(ISecret)
@dataclass(frozen=True, slots=True)
class SecretContent:
    """A secret: live with its value, or revoked without it."""

    kind: str
    title: str
    value: str | None
    created: datetime
    revoked: datetime | None = None


class SecretSerializer(Serializer):
    """A member's secret."""

    kind = Field(STRING)
    title = Field(STRING)
    value = Field(nullable(STRING), doc="Null for a revoked one.")
    created = Field(DATETIME)
    revoked = Field(nullable(DATETIME))
