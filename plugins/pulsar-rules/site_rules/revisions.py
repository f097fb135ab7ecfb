"""Queries for revisions, which are stored or come from files."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload

from pulsar.paging import Page, paginate_after
from pulsar.request import Request
from pulsar.users.loading import named

from .inputs import ListRevisionsInput
from .models import MAX_REVISION, RuleRevision, RuleSection
from .sections import book


def stored(section: str, language: str) -> Select[tuple[RuleRevision]]:
    """Return the query for the stored revisions of the section in the language."""
    return (
        select(RuleRevision)
        .join(RuleSection, RuleSection.id == RuleRevision.section_id)
        .where(RuleSection.section == section, RuleRevision.language == language)
        .options(named(joinedload(RuleRevision.editor)))
    )


def latest(request: Request, section: str, language: str) -> RuleRevision | None:
    """Return the newest stored revision, or the one of the file."""
    query = stored(section, language).order_by(RuleRevision.number.desc()).limit(1)
    return request.db.scalar(query) or book(request).revision(section, language)


def find(request: Request, section: str, language: str, number: int) -> RuleRevision | None:
    """Return the revision with the number. If none is stored, number 0 is the file."""
    if number > MAX_REVISION:
        return None
    query = stored(section, language).where(RuleRevision.number.in_((number, 1)))
    revisions = {revision.number: revision for revision in request.db.scalars(query)}
    if number == 0 and not revisions:
        return book(request).revision(section, language)
    return revisions.get(number)


def history(request: Request, section: str, values: ListRevisionsInput, language: str) -> Page:
    """Return a page of the revisions, newest first."""
    query = stored(section, language).options(defer(RuleRevision.rules))
    page = paginate_after(request.db, query, RuleRevision.number, values)
    page.nested = True
    if not page.items and "after" not in values:
        of_file = book(request).revision(section, language)
        page.items = [] if of_file is None else [of_file]
    return page
