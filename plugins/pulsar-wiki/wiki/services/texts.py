"""Storing texts with their revisions, links and search documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert

from pulsar.interfaces import ISearch, IText
from pulsar.request import Request

from ..models import WikiLink, WikiRevision, WikiTranslation
from ..texts import wiki_texts

KIND = "wiki"


def store_revision(request: Request, translation: WikiTranslation, summary: str = "") -> None:
    """Store the current text as a revision, with its links, and put it into the search index."""
    add_revision(request, translation, summary, translation.edited)
    store_links(request, translation)
    text = request.find_service(IText).searchable(translation.format, translation.contents)
    body = f"{translation.title}\n{text}"
    request.find_service(ISearch).put(request.db, KIND, translation.id, body)


def add_revision(
    request: Request, translation: WikiTranslation, summary: str, time: datetime
) -> None:
    """Store the current text under its revision's number."""
    request.db.add(
        WikiRevision(
            translation_id=translation.id,
            number=translation.revision,
            title=translation.title,
            contents=translation.contents,
            format=translation.format,
            summary=summary,
            editor_id=translation.editor_id,
            time=time,
        )
    )
    request.db.flush()


def store_links(request: Request, translation: WikiTranslation) -> None:
    """Store the aliases to which the text links."""
    request.db.execute(delete(WikiLink).where(WikiLink.translation_id == translation.id))
    aliases = wiki_texts(request)(translation.format, translation.contents).aliases
    if aliases:
        rows = [{"translation_id": translation.id, "alias": alias} for alias in aliases]
        request.db.execute(insert(WikiLink), rows)
