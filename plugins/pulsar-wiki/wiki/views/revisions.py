"""Listing, comparing and restoring revisions of articles."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.errors import EditConflict
from pulsar.paging import Page
from pulsar.request import Request
from pulsar.serialization import Listing, Raw

from ..diff import SCHEMA, diff
from ..errors import AliasTaken, UnknownLanguage
from ..finding import find_revision
from ..inputs import (
    DiffInput,
    ListChangesInput,
    ListRevisionsInput,
    RollbackInput,
    ShowArticleInput,
)
from ..interfaces import IWikiArticle, IWikiChange, IWikiRevision
from ..models import WikiRevision, WikiTranslation
from ..permissions import EDIT, VIEW
from ..queries import recent, revisions
from ..resources import Recent, Revision, Revisions
from ..schemas import Diff, ListChanges, ListRevisions, Rollback, ShowArticle
from ..services.editing import rollback


@view_config(
    context=Recent,
    request_method="GET",
    permission=VIEW,
    schema=ListChanges,
    response=Listing(IWikiChange),
)
def list_recent(context: Recent, request: Request[ListChangesInput]) -> Page:
    """List the edits of all articles, newest first."""
    return recent(request, request.validated)


@view_config(
    context=Revisions,
    request_method="GET",
    permission=VIEW,
    schema=ListRevisions,
    response=Listing(IWikiChange),
    errors=(UnknownLanguage,),
)
def list_revisions(context: Revisions, request: Request[ListRevisionsInput]) -> Page:
    """List the revisions of an article in a language, newest first."""
    values = request.validated
    translation = context.__parent__.translation(values.get("language"), texts=False)
    return revisions(request, translation, values)


@view_config(
    context=Revision,
    request_method="GET",
    permission=VIEW,
    schema=ShowArticle,
    response=IWikiRevision,
    errors=(UnknownLanguage,),
)
def view_revision(context: Revision, request: Request[ShowArticleInput]) -> WikiRevision:
    """Show a revision."""
    return context.find(_translation(context, request))


@view_config(
    context=Revision,
    name="diff",
    request_method="GET",
    permission=VIEW,
    schema=Diff,
    response=Raw(SCHEMA),
    errors=(UnknownLanguage,),
)
def view_diff(context: Revision, request: Request[DiffInput]) -> dict[str, Any]:
    """Show the differences between a revision and another one, by default the previous one."""
    translation = _translation(context, request)
    new = context.find(translation)
    against = request.validated.get("against", new.number - 1)
    old = find_revision(request, translation, against) if against else None
    return diff(old, against, new, new.number)


@view_config(
    context=Revision,
    name="rollback",
    request_method="POST",
    permission=EDIT,
    schema=Rollback,
    response=IWikiArticle,
    errors=(AliasTaken, EditConflict, UnknownLanguage),
)
def roll_back(context: Revision, request: Request[RollbackInput]) -> WikiTranslation:
    """Go back to a revision, by storing its text as a new revision."""
    translation = _translation(context, request)
    rollback(request, translation, context.number)
    return translation


def _translation(context: Revision, request: Request) -> WikiTranslation:
    """Return the current text in the language of the revision."""
    return context.__parent__.__parent__.translation(request.validated.get("language"))
