"""Events of news."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from pulsar.request import Request

from .interfaces import INewsPublished
from .models import Entry


@implementer(INewsPublished)
@dataclass(frozen=True, slots=True)
class NewsPublished:
    """An entry was published."""

    request: Request
    model: Entry
