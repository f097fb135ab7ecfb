"""The job that notifies subscribers of entries whose time has come.

Entries appear without this job, because lists compare ``publish_at`` with the current time. It also
announces entries that were published at once, so that writing one does not wait until all
subscribers are notified.
"""

from __future__ import annotations

from sqlalchemy import select, update

from pulsar.background import background_request
from pulsar.db import utcnow
from pulsar.db.rows import changed_rows
from pulsar.interfaces import INotifications
from pulsar.registry import Registry
from pulsar.request import Request

from . import tags
from .access import published
from .events import NewsPublished
from .models import Entry, Subscription
from .notifications import ENTRIES_SUBJECT, PUBLISHED

#: The number of subscribers notified in one transaction.
BATCH = 500


def announce(registry: Registry) -> None:
    """Notify each subscriber of each published entry once.

    Every transaction stores how far the job has come. A run that was interrupted is continued by
    the next one, and if two processes run the job, each batch is notified by one of them.
    """
    going_on = True
    while going_on:
        with background_request(registry) as request:
            going_on = _announce_next(request)


def _announce_next(request: Request) -> bool:
    """Notify a batch of subscribers of the oldest unannounced entry; False if there is none."""
    waiting = select(Entry).where(Entry.announced.is_(None), *published(utcnow()))
    oldest = waiting.order_by(Entry.publish_at, Entry.id).limit(1)
    entry = request.db.scalar(oldest)
    if entry is None:
        return False
    begun = entry.announced_to
    due_entry = request.db.scalars(
        select(Subscription.user_id)
        .where(Subscription.user_id > begun)
        .order_by(Subscription.user_id)
        .limit(BATCH)
    ).all()
    last = {"announced_to": due_entry[-1]} if due_entry else {}
    done = {} if len(due_entry) == BATCH else {"announced": utcnow()}
    taken = request.db.execute(
        update(Entry)
        .where(
            Entry.id == entry.id,
            Entry.announced.is_(None),
            Entry.announced_to == begun,
            *published(utcnow()),
        )
        .values({**last, **done})
        .execution_options(synchronize_session=False)
    )
    if not changed_rows(taken):
        return True
    if not begun:
        request.registry.notify(NewsPublished(request, entry))
        request.cache.invalidate(tags.ENTRIES)
    request.find_service(INotifications).notify(
        request,
        PUBLISHED,
        set(due_entry) - {entry.author_id},
        {"news_id": entry.id, "kind": entry.kind, "title": entry.title},
        subject_type=ENTRIES_SUBJECT,
        subject_id=entry.id,
    )
    return True
