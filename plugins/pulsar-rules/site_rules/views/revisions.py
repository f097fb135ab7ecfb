"""Listing, comparing and restoring revisions of sections."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.errors import EditConflict, Invalid
from pulsar.paging import Page
from pulsar.request import Request
from pulsar.serialization import INTEGER, Listing, Prepared, Raw
from pulsar.text.diff import SCHEMA, diff

from .. import services
from ..inputs import DiffInput, ListRevisionsInput, RollbackInput, ShowSectionInput
from ..interfaces import IRuleRevision, IRuleSection
from ..models import RuleRevision
from ..page import section_page
from ..permissions import MODIFY, VIEW_HISTORY
from ..resources import Revision, Revisions
from ..revisions import find, history
from ..schemas import Diff, ListRevisions, Rollback, ShowSection
from ..sections import usual_language
from ..tree import plain

DIFF = {
    "type": "object",
    "required": ["before", "after", *SCHEMA["required"]],
    "properties": {"before": INTEGER, "after": INTEGER, **SCHEMA["properties"]},
}


@view_config(
    context=Revisions,
    request_method="GET",
    permission=VIEW_HISTORY,
    schema=ListRevisions,
    response=Listing(IRuleRevision),
)
def list_revisions(context: Revisions, request: Request[ListRevisionsInput]) -> Page:
    """List the revisions of a section in a language, newest first.

    Callers who may edit rules need no further permission.
    """
    return history(request, context.section, request.validated, _language(request))


@view_config(
    context=Revision,
    request_method="GET",
    permission=VIEW_HISTORY,
    schema=ShowSection,
    response=IRuleRevision,
)
def view_revision(context: Revision, request: Request[ShowSectionInput]) -> RuleRevision:
    """Show a revision."""
    return context.find(_language(request))


@view_config(
    context=Revision,
    name="diff",
    request_method="GET",
    permission=VIEW_HISTORY,
    schema=Diff,
    response=Raw(DIFF),
)
def view_diff(context: Revision, request: Request[DiffInput]) -> dict[str, Any]:
    """Show the differences between a revision and another one, by default the previous one."""
    language = _language(request)
    new = context.find(language)
    number = request.validated.get("against", max(new.number - 1, 0))
    old = find(request, context.__parent__.section, language, number)
    if old is None and number:
        raise Invalid({"against": ["there is no such revision"]})
    before = "" if old is None else plain(old.text)
    return {"before": number, "after": new.number, **diff(before, plain(new.text))}


@view_config(
    context=Revision,
    name="rollback",
    request_method="POST",
    permission=MODIFY,
    schema=Rollback,
    response=IRuleSection,
    errors=(EditConflict,),
)
def roll_back(context: Revision, request: Request[RollbackInput]) -> Prepared:
    """Go back to a revision, by storing its text as a new revision."""
    old = context.find(_language(request))
    section = context.__parent__.section
    summary = services.rollback(request, section, old, request.validated)
    return section_page(request, summary, old.language)


def _language(request: Request) -> str:
    """Return the requested language, or the site's."""
    language: str = request.validated.get("language") or usual_language(request)
    return language
