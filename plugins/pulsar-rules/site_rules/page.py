"""Sections for readers, from the cache."""

from __future__ import annotations

from typing import Any

from pulsar.request import Request
from pulsar.serialization import Prepared

from . import tags
from .interfaces import IRuleSection
from .revisions import latest
from .sections import (
    Section,
    SectionSummary,
    book,
    may_modify,
    missing,
    section_summaries,
    usual_language,
)


def section_list(request: Request, language: str | None, *, dead: bool) -> list[dict[str, Any]]:
    """Return the sections that the caller may see, by position; ``dead`` includes hidden ones."""
    dead = dead and may_modify(request)
    usual = usual_language(request)
    sections = [
        Section.brief(summary, tag)
        for summary in section_summaries(request).values()
        if (tag := summary.language(language, usual)) and (dead or summary.deleted is None)
    ]
    items: list[dict[str, Any]] = request.serialize.many(sections, nested=True)
    return items


def section_page(request: Request, summary: SectionSummary, language: str | None) -> Prepared:
    """Return the section in the language, or in another one. Raises NotFound if it has no text."""
    tag = summary.language(language, usual_language(request))
    if tag is None:
        raise missing(summary.section)
    version = book(request).version

    def show() -> dict[str, Any]:
        text = latest(request, summary.section, tag)
        if text is None:
            raise missing(summary.section)
        section_json: dict[str, Any] = request.serialize(Section.whole(summary, text))
        return section_json

    key = request.cache.page_key(IRuleSection, "rules-section", version, summary.section, tag)
    return request.cache.page(key, show, (tags.RULES,))
