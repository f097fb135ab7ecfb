"""Storing texts: every state of them is a revision, found by its words, with its links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert

from pulsar.interfaces import ISearch, IText
from pulsar.request import Request

from ..models import WikiLink, WikiRevision, WikiTranslation
from ..texts import wiki_texts

KIND = "wiki"


def store_revision(request: Request, translation: WikiTranslation, summary: str = "") -> None:
    """Keep the text as it is now, by its editor and time, and make it findable."""
    add_revision(request, translation, summary, translation.edited)
    store_links(request, translation)
    text = request.find_service(IText).searchable(translation.format, translation.contents)
    body = f"{translation.title}\n{text}"
    request.find_service(ISearch).put(request.db, KIND, translation.id, body)


def add_revision(
    request: Request, translation: WikiTranslation, summary: str, time: datetime
) -> None:
    """Keep the text under the number of its revision."""
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
    """Note which aliases the text links."""
    request.db.execute(delete(WikiLink).where(WikiLink.translation_id == translation.id))
    aliases = wiki_texts(request)(translation.format, translation.contents).aliases
    if aliases:
        rows = [{"translation_id": translation.id, "alias": alias} for alias in aliases]
        request.db.execute(insert(WikiLink), rows)
