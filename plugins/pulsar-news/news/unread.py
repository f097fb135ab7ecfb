"""Which entries are unread to a member."""

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
    """The query, which selects from entries, limited to those that are unread to the member.

    One's own entries are never unread.
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
    """Those of the entries that are unread to the caller, in one statement."""
    query = select(Entry.id).where(Entry.id.in_(entry_ids))
    if request.identity is None or not entry_ids:
        return set()
    return set(request.db.scalars(unread(query, request.identity.user_id)))


def unread_marks(request: Request, entries: Sequence[Entry]) -> dict[int, bool]:
    """Whether entries are unread to the caller, by id."""
    unread_ids = unread_of(request, [entry.id for entry in entries])
    return {entry.id: entry.id in unread_ids for entry in entries}


def count_unread(request: Request) -> dict[str, int]:
    """How many entries of each kind are unread to the caller."""
    query = select(Entry.kind, func.count().label("number")).group_by(Entry.kind)
    rows = request.db.execute(unread(query, request.caller.user_id))
    return dict.fromkeys(KINDS, 0) | {row.kind: row.number for row in rows}


def mark_seen(request: Request, entry_id: int | None) -> None:
    """Note up to which entry the caller has read its kind, forward or back; None is all there is.

    Raises Invalid for an entry that is not published.
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
    """The newest entry of the kind, rather than this moment.

    What is published meanwhile, and stored a little later, stays unread.
    """
    query = select(Entry).where(Entry.kind == kind, *published(utcnow()))
    newest = query.order_by(Entry.publish_at.desc(), Entry.id.desc()).limit(1)
    return request.db.scalar(newest)
