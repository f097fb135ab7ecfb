"""What a view's ``response=`` may say besides a content interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zope.interface import Interface


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of content, or with ``keyset`` a slice that ``after`` continues.

    ``texts`` says of a page that it may be cut short, see :func:`~pulsar.db.paginate_texts`.
    """

    content: type[Interface]
    keyset: bool = False
    texts: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A JSON value with this schema; with ``media_type`` or ``bare`` outside of the envelope."""

    schema: dict[str, Any]
    media_type: str = "application/json"
    bare: bool = False
