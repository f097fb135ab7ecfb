"""Unread entries of members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from pulsar.db import upsert, utcnow
from pulsar.errors import Refused
from pulsar.request import Request

from .access import published
from .models import KINDS, Entry, Seen


def unread(query: Select[Any], user_id: int) -> Select[Any]:
    """Limit a query for entries to those that are unread for the member.

    Their own entries are never unread.
    """
    return query.outerjoin(Seen, and_(Seen.user_id == user_id, Seen.kind == Entry.kind)).where(
        *published(utcnow()),
        Entry.author_id.is_distinct_from(user_id),
        or_(
            Seen.user_id.is_(None),
            Entry.publish_at > Seen.publish_at,
            and_(Entry.publish_at == Seen.publish_at, Entry.id > Seen.entry_id),
        ),
    )


def unread_of(request: Request, entry_ids: Collection[int]) -> set[int]:
    """Return the ids of the entries that are unread for the caller, in one statement."""
    query = select(Entry.id).where(Entry.id.in_(entry_ids))
    if request.identity is None or not entry_ids:
        return set()
    return set(request.db.scalars(unread(query, request.identity.user_id)))


def unread_marks(request: Request, entries: Sequence[Entry]) -> dict[int, bool]:
    """Return for each entry's id whether it is unread for the caller."""
    unread_ids = unread_of(request, [entry.id for entry in entries])
    return {entry.id: entry.id in unread_ids for entry in entries}


def count_unread(request: Request) -> dict[str, int]:
    """Count the unread entries of each kind for the caller."""
    query = select(Entry.kind, func.count().label("number")).group_by(Entry.kind)
    rows = request.db.execute(unread(query, request.caller.user_id))
    return dict.fromkeys(KINDS, 0) | {row.kind: row.number for row in rows}


def mark_seen(request: Request, entry_id: int | None) -> None:
    """Mark entries as read up to this one, or as unread after it; None marks all as read.

    This concerns entries of its kind only. Raises Invalid if the entry is not published.
    """
    if entry_id is None:
        newest_entries = [entry for kind in KINDS if (entry := _newest(request, kind)) is not None]
    else:
        query = select(Entry).where(Entry.id == entry_id, *published(utcnow()))
        newest_entries = list(request.db.scalars(query))
        if not newest_entries:
            raise Refused({"id": ["Invalid NewsEntry id."]})
    if newest_entries:
        insert = upsert(request.db, Seen)
        request.db.execute(
            insert.on_conflict_do_update(
                index_elements=["user_id", "kind"],
                set_={
                    "publish_at": insert.excluded.publish_at,
                    "entry_id": insert.excluded.entry_id,
                },
            ),
            [
                {
                    "user_id": request.caller.user_id,
                    "kind": entry.kind,
                    "publish_at": entry.publish_at,
                    "entry_id": entry.id,
                }
                for entry in newest_entries
            ],
        )


def _newest(request: Request, kind: str) -> Entry | None:
    """Return the newest published entry of the kind.

    The mark refers to an entry instead of the current time, so that entries that are committed a
    little later stay unread.
    """
    query = select(Entry).where(Entry.kind == kind, *published(utcnow()))
    newest = query.order_by(Entry.publish_at.desc(), Entry.id.desc()).limit(1)
    return request.db.scalar(newest)
