"""Articles, edits and links in lists, where they are shown without their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zope.interface import implementer

from .interfaces import IWikiChange, IWikiEntry, IWikiLink


class _Brief:
    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)


@implementer(IWikiEntry)
class Entry(_Brief):
    """A WikiTranslation in a list of articles."""


@implementer(IWikiChange)
class Change(_Brief):
    """A WikiRevision in a list of edits."""


@implementer(IWikiLink)
@dataclass(frozen=True, slots=True)
class Link:
    """A link between two articles. Values of the linked article are None if it is missing."""

    alias: str
    language: str
    article_id: int | None
    title: str | None
