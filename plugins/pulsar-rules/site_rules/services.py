"""Making, editing, hiding and restoring sections.

Whoever changes a section holds the lock of its row, so that of two edits made from one revision the
second sees the first; a revision's number is unique in its section and language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pulsar.db import utcnow
from pulsar.errors import EditConflict, Invalid
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.settings import CoreSettings
from pulsar.text.diff import diff

from . import tags
from .errors import SectionExists
from .events import RulesEdited
from .inputs import CreateSectionInput, EditSectionInput, RollbackInput
from .models import TEXT, RuleRevision, RuleSection
from .revisions import find, latest
from .sections import SectionSummary, book, section_summaries, usual_language
from .tree import plain

_NOTHING: dict[str, Any] = {"name": "", "description": "", "format": "", "rules": []}


def create(request: Request, values: CreateSectionInput) -> SectionSummary:
    """Make a section. Raises SectionExists."""
    section, language = values["id"], values.get("language", usual_language(request))
    sections = section_summaries(request)
    if section in sections:
        raise _exists(section)
    last = max((summary.position for summary in sections.values()), default=-1)
    row = RuleSection(section=section, position=values.get("position", last + 1))
    try:
        with request.db.begin_nested():
            request.db.add(row)
            request.db.flush()
    except IntegrityError as error:
        raise _exists(section) from error
    revision = RuleRevision.of(values, language, 1)
    _store(request, row, revision, None, values["summary"])
    after = {"language": language, "revision": 1, "position": row.position}
    _log_change(request, "created", row, None, {**after, **_short(revision.text)})
    return section_summaries(request)[section]


def edit(request: Request, section: str, values: EditSectionInput) -> SectionSummary:
    """Make a revision that says what is wanted, where that is something new.

    Raises EditConflict where the named revision is no longer the latest, and Invalid where there
    is none of that number.
    """
    language = values.get("language", usual_language(request))
    row, current = _row(request, section), latest(request, section, language)
    _require_latest(request, section, language, current, values["revision"])
    if "format" not in values:
        current_text = current or latest(request, section, usual_language(request))
        usual = CoreSettings.text_format.of(request.registry)
        values = {**values, "format": current_text.format if current_text else usual}
    _change(request, row, current, RuleRevision.of(values, language), values["summary"], "edited")
    before = book(request).position(section) if row.position is None else row.position
    position = values.get("position", before)
    if position != before:
        row.position = position
        request.db.flush()
        _log_change(request, "moved", row, {"position": before}, {"position": position})
    return section_summaries(request)[section]


def rollback(
    request: Request, section: str, old: RuleRevision, values: RollbackInput
) -> SectionSummary:
    """Make a revision that says what an older one said.

    Whoever names no latest revision wants the old text whatever was written since. Raises
    EditConflict and Invalid.
    """
    row, current = _row(request, section), latest(request, section, old.language)
    base = current.number if current else 0
    _require_latest(request, section, old.language, current, values.get("revision", base))
    summary = values["summary"] or f"Back to revision {old.number}."
    revision = RuleRevision.of(old.text, old.language)
    _change(request, row, current, revision, summary, "rolled_back")
    return section_summaries(request)[section]


def hide(request: Request, section: str) -> None:
    """Hide a section from those who do not edit rules."""
    row = _row(request, section)
    if row.deleted is None:
        row.deleted = utcnow()
        request.db.flush()
        _log_change(request, "deleted", row, None, {"deleted": row.deleted.isoformat()})


def restore(request: Request, section: str) -> SectionSummary:
    """Show a section again."""
    row = _row(request, section)
    if row.deleted is not None:
        before = {"deleted": row.deleted.isoformat()}
        row.deleted = None
        request.db.flush()
        _log_change(request, "restored", row, before, {"deleted": None})
    return section_summaries(request)[section]


def _row(request: Request, section: str) -> RuleSection:
    """The section's row, made at its first change; locked until the request's end."""
    query = select(RuleSection).where(RuleSection.section == section).with_for_update()
    row = request.db.scalar(query.execution_options(populate_existing=True))
    if row is not None:
        return row
    try:
        with request.db.begin_nested():
            row = RuleSection(section=section)
            request.db.add(row)
            request.db.flush()
        return row
    except IntegrityError:
        return request.db.scalars(query).one()


def _change(
    request: Request,
    row: RuleSection,
    current: RuleRevision | None,
    revision: RuleRevision,
    summary: str,
    action: str,
) -> None:
    """Store the revision behind the current one, unless it says the same."""
    before = current.text if current else _NOTHING
    changed = [name for name in TEXT if revision.text[name] != before[name]]
    if not changed:
        return
    base = current.number if current else 0
    revision.number = base + 1
    _store(request, row, revision, current, summary)
    said = [
        {"language": revision.language, "revision": number, **_short(text, changed)}
        for number, text in ((base, before), (revision.number, revision.text))
    ]
    _log_change(request, action, row, *said)


def _store(
    request: Request,
    row: RuleSection,
    revision: RuleRevision,
    current: RuleRevision | None,
    summary: str,
) -> None:
    """Store a revision, and the file's text before the first one."""
    revision.summary, revision.time, revision.editor_id = summary, utcnow(), request.caller.user_id
    revision.section_id = row.id
    if current is not None and current.id is None:
        # So that the history stays true when the file is another one some day.
        current.section_id = row.id
        request.db.add(current)
    request.db.add(revision)
    request.db.flush()
    request.registry.notify(RulesEdited(request, revision))


def _require_latest(
    request: Request, section: str, language: str, current: RuleRevision | None, base: int
) -> None:
    """Raise unless the revision is the latest."""
    number = current.number if current else 0
    if base == number:
        return
    old = find(request, section, language, base)
    if base > number or (old is None and base):
        raise Invalid({"revision": ["there is no such revision"]})
    raise _conflict(request, section, current, old)


def _conflict(
    request: Request, section: str, newest: RuleRevision | None, old: RuleRevision | None
) -> EditConflict:
    """What became of the section since the caller read it."""
    before, after = ("" if revision is None else plain(revision.text) for revision in (old, newest))
    return EditConflict(
        "The section was edited meanwhile.",
        latest_revision=newest.number if newest else 0,
        diff=diff(before, after),
    )


def _exists(section: str) -> SectionExists:
    return SectionExists(f"The rules have the section {section}.", existing_id=section)


def _short(text: dict[str, Any], names: Any = TEXT) -> dict[str, Any]:
    """What the site log tells of a text; its rules are in the revision that it names."""
    return {name: text[name] for name in names if name != "rules"}


def _log_change(
    request: Request,
    action: str,
    row: RuleSection,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Tell the site log, and drop what is kept of the rules."""
    request.find_service(ISiteLog).record(
        request, f"rules_{action}", row.section, target=row, before=before, after=after
    )
    request.cache.invalidate(tags.RULES)
