"""Queries for entries, with the relations that serializers need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.request import Request
from pulsar.users.loading import named

from .access import published, seen_unpublished
from .models import Entry

#: The kind of entries in the search index.
KIND = "news"


def shown_entries(query: Select[Any]) -> Select[Any]:
    """Return the query with options for the relations that the serializer needs."""
    return query.options(named(joinedload(Entry.author)), named(joinedload(Entry.editor)))


def listing(request: Request, values: Mapping[str, Any], now: datetime) -> Select[tuple[Entry]]:
    """Return the query for the listed entries that the caller sees, pinned and newest first."""
    live, due = published(now)
    if values["include_dead"]:
        live = or_(live, seen_unpublished(request))
    if values["include_scheduled"]:
        due = or_(due, seen_unpublished(request))
    query = shown_entries(select(Entry)).where(live, due)
    for name, column in (("kind", Entry.kind), ("pinned", Entry.pinned)):
        if name in values:
            query = query.where(column == values[name])
    if values.get("q", "").strip():
        matching = request.find_service(ISearch).matching(request.db, KIND, values["q"])
        query = query.where(Entry.id.in_(matching))
    return query.order_by(Entry.pinned.desc(), Entry.publish_at.desc(), Entry.id.desc())


def next_publication(session: Session, now: datetime) -> datetime | None:
    """Return the time when the next scheduled entry is published."""
    return session.scalar(
        select(func.min(Entry.publish_at)).where(Entry.deleted.is_(None), Entry.publish_at > now)
    )


def count_published(session: Session) -> int:
    """Count the entries that all members see."""
    query = select(func.count()).select_from(Entry).where(*published(utcnow()))
    return session.scalar(query) or 0
