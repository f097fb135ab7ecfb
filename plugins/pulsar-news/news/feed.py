"""The newest entries as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

from sqlalchemy import select

from pulsar.interfaces import IText
from pulsar.request import Request
from pulsar.serialization import LIST_WORK, fitting
from pulsar.settings import CoreSettings
from pulsar.site.urls import site_url
from pulsar.text.work import most_work
from pulsar.users import tags as user_tags

from .access import published
from .copies import until_next
from .models import Entry, FeedIdentity
from .queries import shown_entries

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 30
_NEVER = datetime.fromtimestamp(0, UTC)
#: Characters that XML 1.0 (2.2) does not allow, escaped or not.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(request: Request, kind: str | None) -> bytes:
    """Return the feed's document. It names authors only if the caller is identified."""
    named = request.identity is not None

    def make(now: datetime) -> bytes:
        query = shown_entries(select(Entry)).where(*published(now))
        if kind is not None:
            query = query.where(Entry.kind == kind)
        query = query.order_by(Entry.publish_at.desc(), Entry.id.desc()).limit(_MOST)
        entries = request.db.scalars(query).all()
        request.cache.depends(
            *(user_tags.user(entry.author.id) for entry in entries if entry.author)
        )
        return document(request, kind, entries, named=named)

    key = f"news-feed:{kind or ''}:{named:d}:{site_url(request)}"
    contents: bytes = until_next(request, key, make)
    return contents


def document(request: Request, kind: str | None, entries: Sequence[Entry], *, named: bool) -> bytes:
    """Return the entries as an Atom feed, newest first, with their authors' names if ``named``."""
    url, name = f"{site_url(request)}/news", CoreSettings.site_name.of(request.registry)
    # Ids do not change if the site moves (RFC 4287, 4.2.6) or its secret is replaced.
    ids = request.db.scalars(select(FeedIdentity.namespace)).one()
    root = ElementTree.Element("feed", xmlns=_ATOM)
    updated = max((_updated(entry) for entry in entries), default=_NEVER)
    _add(root, "id", uuid.uuid5(ids, f"feed {kind or ''}").urn)
    _add(root, "title", f"{name}: {kind or 'news and blog'}")
    _add(root, "updated", _moment(updated))
    query = f"?kind={kind}" if kind else ""
    _add(root, "link", rel="self", type=MEDIA_TYPE, href=f"{url}/feed{query}")
    _add(root, "link", rel="alternate", href=f"{url}{query}")
    _add(_add(root, "author"), "name", name)
    budget = CoreSettings.max_list.of(request.registry)
    entries = entries[: fitting((len(entry.contents) for entry in entries), budget)]
    entries = entries[: fitting((most_work(entry.contents) for entry in entries), LIST_WORK)]
    texts = [(entry.format, entry.contents) for entry in entries]
    texts_html = request.find_service(IText).html_many(request, texts)
    texts_html = texts_html[: fitting((len(html.encode()) for html in texts_html), budget)]
    # If newer entries are long, older ones are left out.
    for entry, html in zip(entries, texts_html, strict=False):
        element = _add(root, "entry")
        _add(element, "id", uuid.uuid5(ids, f"entry {entry.id}").urn)
        _add(element, "title", entry.title, type="text")
        _add(element, "published", _moment(entry.publish_at))
        _add(element, "updated", _moment(_updated(entry)))
        _add(element, "link", rel="alternate", href=f"{url}/{entry.id}")
        _add(element, "category", term=entry.kind)
        if named and entry.author is not None:
            _add(_add(element, "author"), "name", entry.author.username)
        _add(element, "content", html, type="html")
    contents: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return contents


def _add(
    parent: ElementTree.Element, name: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    """Add an element, without the characters that XML forbids in text and attributes."""
    clean = {key: _NO_CHARACTER.sub("", value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, clean)
    element.text = _NO_CHARACTER.sub("", text)
    return element


def _updated(entry: Entry) -> datetime:
    return max(entry.publish_at, entry.edited_time or entry.publish_at)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
