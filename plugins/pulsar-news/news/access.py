"""Rules for which entries a caller sees.

All members see an entry from its ``publish_at`` on until it is deleted. Before and after that, it
is visible to holders of ``news_modify``, and to its author as long as the author may write entries
of its kind.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, select, true

from pulsar.classes.effective import holders
from pulsar.db import utcnow
from pulsar.request import Request
from pulsar.security import Identity
from pulsar.settings import CoreSettings

from .models import BLOG, KINDS, NEWS, Entry
from .permissions import BLOG_CREATE, CREATE, MODIFY, VIEW

#: The permission for writing entries of each kind.
WRITING = {NEWS: CREATE, BLOG: BLOG_CREATE}


def published(now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions on entries that all members see."""
    return [Entry.deleted.is_(None), Entry.publish_at <= now]


def is_published(entry: Entry) -> bool:
    """Return whether all members see the entry."""
    return entry.deleted is None and entry.publish_at <= utcnow()


def is_visible(request: Request, entry: Entry) -> bool:
    """Return whether the entry is visible to the caller."""
    identity: Identity | None = request.identity
    if is_published(entry):
        return True
    if identity is None:
        return False
    is_own = entry.author_id == identity.user_id and identity.has(WRITING[entry.kind])
    return is_own or identity.has(MODIFY)


def seen_unpublished(request: Request) -> ColumnElement[bool]:
    """Return the condition on entries that the caller sees even if scheduled or deleted."""
    identity: Identity | None = request.identity
    if identity is None:
        return false()
    if identity.has(MODIFY):
        return true()
    kinds = [kind for kind in KINDS if identity.has(WRITING[kind])]
    return and_(Entry.author_id == identity.user_id, Entry.kind.in_(kinds))


def visible_entries(
    request: Request, user_ids: Collection[int], entry_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Return pairs of member and entry where the member may be notified of the entry."""
    query = select(Entry.id).where(Entry.id.in_(entry_ids), *published(utcnow()))
    visible_ids = request.db.scalars(query).all()
    locked = CoreSettings.lock_permissions.of(request.registry)
    readers = holders(request.db, user_ids, VIEW, locked)
    return {(user_id, entry_id) for user_id in readers for entry_id in visible_ids}
