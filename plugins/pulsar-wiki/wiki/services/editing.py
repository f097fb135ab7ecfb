"""Editing texts, without losing one of two edits at the same time."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.errors import EditConflict, Invalid, NotFound
from pulsar.interfaces import ISiteLog
from pulsar.request import Request

from ..diff import diff
from ..errors import RevisionRequired
from ..events import WikiArticleEdited
from ..finding import find_revision
from ..inputs import EditArticleInput
from ..models import WikiRevision, WikiTranslation
from ..notifications import tell
from . import aliases
from .classes import set_classes
from .texts import store_revision

_TAG = re.compile(r'"([1-9][0-9]{0,9})"', re.ASCII)
_TEXT = ("title", "contents", "format")


def edit(request: Request, translation: WikiTranslation, values: EditArticleInput) -> None:
    """Change the given values of an article.

    Raises RevisionRequired if the text changes and the request names no revision, EditConflict if
    that is no longer the latest, and Invalid, AliasTaken or Forbidden.
    """
    base = base_revision(request)
    fields: dict[str, Any] = {name: value for name, value in values.items() if name in _TEXT}
    if fields and base is None:
        raise RevisionRequired
    before, after = set_classes(request, translation.article, values)
    request.db.flush()
    if after:
        request.find_service(ISiteLog).record(
            request,
            "wiki_classes_changed",
            translation.title,
            target=translation.article,
            before=before,
            after=after,
        )
    if base is not None:
        change(request, translation, fields, base, values.get("summary", ""))


def base_revision(request: Request) -> int | None:
    """Return the revision that the edit is based on, from ``If-Match`` or the body.

    The number in quotes is the strong validator (RFC 9110, 13.1.1). Raises Invalid if the two
    differ or the header is malformed.
    """
    number: int | None = request.validated.get("revision")
    header = request.headers.get("If-Match")
    if header is None:
        return number
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise Invalid({"If-Match": ['expected the revision in quotes, as in "7"']})
    if number not in (None, int(tag[1])):
        raise Invalid({"revision": ["value differs from If-Match"]})
    return int(tag[1])


def change(
    request: Request, translation: WikiTranslation, fields: dict[str, str], base: int, summary: str
) -> None:
    """Store a new revision of the text if it differs.

    Raises EditConflict unless ``base`` is the latest revision, and Invalid if there is no such
    revision.
    """
    if "title" in fields:
        fields["title"] = fields["title"].strip()
    if translation.revision != base:
        raise _conflict(request, translation, base)
    changed = {name: new for name, new in fields.items() if getattr(translation, name) != new}
    if not changed:
        return
    done = request.db.scalar(
        update(WikiTranslation)
        .where(WikiTranslation.id == translation.id, WikiTranslation.revision == base)
        .values(**changed, revision=base + 1, edited=utcnow(), editor_id=request.caller.user_id)
        .returning(WikiTranslation.id)
        .execution_options(synchronize_session=False)
    )
    request.db.refresh(translation)
    if done is None:
        raise _conflict(request, translation, base)
    if "title" in changed:
        _add_alias(request, translation)
    store_revision(request, translation, summary)
    tell(request, translation)
    request.registry.notify(WikiArticleEdited(request, translation))


def rollback(request: Request, translation: WikiTranslation, number: int) -> None:
    """Store a new revision with the text of an older one.

    If the request names no latest revision, the old text replaces any later edits. Undoing edits of
    others is written to the site log.
    """
    old = find_revision(request, translation, number)
    latest = request.db.scalars(
        select(WikiTranslation.revision)
        .where(WikiTranslation.id == translation.id)
        .with_for_update()
    ).one()
    request.db.refresh(translation)
    base = base_revision(request) or latest
    undone = request.db.scalars(
        select(WikiRevision.editor_id)
        .where(WikiRevision.translation_id == translation.id, WikiRevision.number > number)
        .distinct()
    ).all()
    summary = request.validated.get("summary") or f"Back to revision {number}."
    fields = {name: getattr(old, name) for name in _TEXT}
    change(request, translation, fields, base, summary)
    if set(undone) - {request.caller.user_id}:
        request.find_service(ISiteLog).record(
            request,
            "wiki_rolled_back",
            translation.title,
            target=translation.article,
            before={"revision": latest},
            after={"revision": number},
        )


def _add_alias(request: Request, translation: WikiTranslation) -> None:
    """Add the alias of the title: an original must get it, a translation gets it if it is free."""
    article = translation.article
    if translation.language_id == article.language_id:
        alias = aliases.title_alias(request, translation.title)
        aliases.add(request, article, [alias])
    else:
        aliases.add_if_free(request, article, translation.title)


def _conflict(request: Request, translation: WikiTranslation, base: int) -> Exception:
    """Return the error with the differences since the caller's revision."""
    try:
        old = find_revision(request, translation, base)
    except NotFound:
        return Invalid({"revision": ["there is no such revision"]})
    latest = translation.revision
    return EditConflict(
        "The article was edited meanwhile.",
        latest_revision=latest,
        diff=diff(old, base, translation, latest),
    )
