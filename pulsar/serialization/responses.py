"""The values of a view's ``response=`` besides content interfaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zope.interface import Interface


@dataclass(frozen=True, slots=True)
class Listing:
    """A :class:`~pulsar.paging.Page` of content."""

    content: type[Interface]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A JSON value with this schema; outside of the envelope with ``media_type`` or ``bare``."""

    schema: dict[str, Any]
    media_type: str = "application/json"
    bare: bool = False
