"""The current sections: those of the files, with the changes of staff.

They are cached, because every request about rules needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from zope.interface import implementer

from pulsar.errors import NotFound
from pulsar.request import Request

from . import tags
from .interfaces import IRuleBook, IRuleSection
from .models import Rule, RuleRevision, RuleSection
from .permissions import MODIFY
from .settings import RulesSettings


class SectionSummary(NamedTuple):
    """A section with ``(revision, name, description)`` for each language, sorted by language.

    It has no texts if its only file was removed.
    """

    section: str
    position: int
    deleted: datetime | None
    texts: dict[str, tuple[int, str, str]]

    def language(self, asked_for: str | None, usual: str) -> str | None:
        """Return the language to show it in: the requested one, else the site's, else any."""
        for language in (asked_for, usual, *self.texts):
            if language in self.texts:
                return language
        return None


@implementer(IRuleSection)
@dataclass(slots=True)
class Section:
    """A section in one language; in lists without ``format``, ``rules`` and ``edited``."""

    head: SectionSummary
    language: str
    revision: int
    name: str
    description: str
    format: str = ""
    rules: Sequence[Rule] = ()
    edited: datetime | None = None

    @classmethod
    def brief(cls, summary: SectionSummary, language: str) -> Section:
        return cls(summary, language, *summary.texts[language])

    @classmethod
    def whole(cls, summary: SectionSummary, text: RuleRevision) -> Section:
        """Return the section with the text of the revision."""
        about = (text.language, text.number, text.name, text.description)
        return cls(summary, *about, text.format, text.rules, text.time)

    @property
    def id(self) -> str:
        """The id in the section's URL."""
        return self.head.section


def book(request: Request) -> IRuleBook:
    return request.find_service(IRuleBook)


def usual_language(request: Request) -> str:
    language_tag: str = RulesSettings.language.of(request.registry)
    return language_tag


def may_modify(request: Request) -> bool:
    """Return whether the caller may edit rules, and sees hidden sections."""
    return bool(request.identity and request.identity.has(MODIFY))


def section_summaries(request: Request) -> dict[str, SectionSummary]:
    """Return all sections by id, in their order."""
    key = f"rules:{book(request).version}"
    rows = request.cache.get_or_create(key, lambda: _load(request), (tags.RULES,))
    return {row[0]: SectionSummary(*row) for row in rows}


def _load(request: Request) -> list[SectionSummary]:
    """Load the sections of the files and the stored changes of them, in one statement."""
    files = book(request)
    stored: dict[str, Any] = {}
    texts: dict[str, dict[str, tuple[int, str, str]]] = {
        section: {
            language: (0, text["name"], text["description"])
            for language, text in summaries.texts.items()
        }
        for section, summaries in files.sections.items()
    }
    newest = (
        select(RuleRevision.section_id, RuleRevision.language, func.max(RuleRevision.number))
        .group_by(RuleRevision.section_id, RuleRevision.language)
        .subquery()
    )
    section_id, language, number = newest.c
    query = (
        select(RuleSection, RuleRevision.language, RuleRevision.number)
        .add_columns(RuleRevision.name, RuleRevision.description)
        .outerjoin(newest, section_id == RuleSection.id)
        .outerjoin(
            RuleRevision,
            and_(
                RuleRevision.section_id == section_id,
                RuleRevision.language == language,
                RuleRevision.number == number,
            ),
        )
    )
    for row, tag, latest, name, description in request.db.execute(query):
        stored[row.section] = row
        said = texts.setdefault(row.section, {})
        if tag is not None:
            said[tag] = (latest, name, description)
    summaries = []
    for section, said in texts.items():
        row = stored.get(section)
        position = files.position(section)
        if row is not None and row.position is not None:
            position = row.position
        deleted = row.deleted if row is not None else None
        summaries.append(SectionSummary(section, position, deleted, dict(sorted(said.items()))))
    return sorted(summaries, key=lambda summary: (summary.position, summary.section))


def missing(section: str) -> NotFound:
    """Return the error for a section that does not exist or that the caller may not see."""
    return NotFound(f"{section} is not a valid section of the rules.")
