"""Creating, editing, hiding and restoring sections.

Every change locks the row of its section, so that the second of two edits of one revision sees the
first. The number of a revision is unique in its section and language.
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
    """Create a section. Raises SectionExists."""
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
    """Store a new revision with the values, unless they are the same as the current ones.

    Raises EditConflict if the given revision is no longer the latest, and Invalid if it does not
    exist.
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
    """Store a new revision with the text of an older one.

    If the values name no latest revision, the old text replaces any later edits. Raises
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
    """Hide a section from members who may not edit rules."""
    row = _row(request, section)
    if row.deleted is None:
        row.deleted = utcnow()
        request.db.flush()
        _log_change(request, "deleted", row, None, {"deleted": row.deleted.isoformat()})


def restore(request: Request, section: str) -> SectionSummary:
    """Show a hidden section again."""
    row = _row(request, section)
    if row.deleted is not None:
        before = {"deleted": row.deleted.isoformat()}
        row.deleted = None
        request.db.flush()
        _log_change(request, "restored", row, before, {"deleted": None})
    return section_summaries(request)[section]


def _row(request: Request, section: str) -> RuleSection:
    """Return the section's row, which is locked, and created by the first change."""
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
    """Store the revision after the current one, unless its text is the same."""
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
    """Store a revision, and before the first one the text of the file as number 0."""
    revision.summary, revision.time, revision.editor_id = summary, utcnow(), request.caller.user_id
    revision.section_id = row.id
    if current is not None and current.id is None:
        # The history stays correct even if the file changes later.
        current.section_id = row.id
        request.db.add(current)
    request.db.add(revision)
    request.db.flush()
    request.registry.notify(RulesEdited(request, revision))


def _require_latest(
    request: Request, section: str, language: str, current: RuleRevision | None, base: int
) -> None:
    """Raise EditConflict or Invalid unless ``base`` is the number of the latest revision."""
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
    """Return the error with the differences since the caller's revision."""
    before, after = ("" if revision is None else plain(revision.text) for revision in (old, newest))
    return EditConflict(
        "The section was edited meanwhile.",
        latest_revision=newest.number if newest else 0,
        diff=diff(before, after),
    )


def _exists(section: str) -> SectionExists:
    return SectionExists(f"The rules have the section {section}.", existing_id=section)


def _short(text: dict[str, Any], names: Any = TEXT) -> dict[str, Any]:
    """Return the part of a text that the site log stores. The rules are in the revision."""
    return {name: text[name] for name in names if name != "rules"}


def _log_change(
    request: Request,
    action: str,
    row: RuleSection,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Write the change to the site log, and invalidate the cached rules."""
    request.find_service(ISiteLog).record(
        request, f"rules_{action}", row.section, target=row, before=before, after=after
    )
    request.cache.invalidate(tags.RULES)
