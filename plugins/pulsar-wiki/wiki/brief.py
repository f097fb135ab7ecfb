"""Things in lists: the same as alone, without their texts."""

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
    """An article: a WikiTranslation."""


@implementer(IWikiChange)
class Change(_Brief):
    """An edit: a WikiRevision."""


@implementer(IWikiLink)
@dataclass(frozen=True, slots=True)
class Link:
    """A link between an article and another one, which may be missing."""

    alias: str
    language: str
    article_id: int | None
    title: str | None
