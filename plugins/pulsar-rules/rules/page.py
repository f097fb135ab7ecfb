"""Sections as members read them, answered from the cache."""

from __future__ import annotations

from typing import Any

from pulsar.request import Request
from pulsar.serialization import Prepared

from . import tags
from .interfaces import IRuleSection
from .revisions import latest
from .sections import Head, Section, book, heads, may_modify, missing, usual_language


def section_list(request: Request, language: str | None, *, dead: bool) -> list[dict[str, Any]]:
    """The sections that the caller may see, in their order; ``dead``: hidden ones too."""
    dead = dead and may_modify(request)
    usual = usual_language(request)
    found = [
        Section.brief(head, tag)
        for head in heads(request).values()
        if (tag := head.language(language, usual)) and (dead or head.deleted is None)
    ]
    shown: list[dict[str, Any]] = request.serialize.many(found, nested=True)
    return shown


def section_page(request: Request, head: Head, language: str | None) -> Prepared:
    """The section in the language, else in the site's. Raises NotFound where it says nothing."""
    tag = head.language(language, usual_language(request))
    if tag is None:
        raise missing(head.section)
    version = book(request).version

    def show() -> dict[str, Any]:
        text = latest(request, head.section, tag)
        if text is None:
            raise missing(head.section)
        shown: dict[str, Any] = request.serialize(Section.whole(head, text))
        return shown

    key = request.cache.page_key(IRuleSection, "rules-section", version, head.section, tag)
    return request.cache.page(key, show, (tags.RULES,))
