"""Events of articles."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from pulsar.request import Request

from .interfaces import IWikiArticleCreated, IWikiArticleDeleted, IWikiArticleEdited
from .models import WikiTranslation


@dataclass(frozen=True, slots=True)
class _Event:
    request: Request
    model: WikiTranslation


@implementer(IWikiArticleCreated)
class WikiArticleCreated(_Event):
    """An article was written or translated."""


@implementer(IWikiArticleEdited)
class WikiArticleEdited(_Event):
    """An article was edited."""


@implementer(IWikiArticleDeleted)
class WikiArticleDeleted(_Event):
    """An article was deleted."""
