"""All changes that this plugin makes to members, classes and torrent categories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from pulsar.config import Configurator
from pulsar.db.sums import parts, whole
from pulsar.request import Request
from pulsar.serialization import INTEGER, BatchField
from pulsar.users.interfaces import IUser
from pulsar.users.models import User
from torrents.categories.errors import CategoryInUse
from torrents.events import TorrentCategoryDeleted
from torrents.interfaces import ITorrentCategoryDeleted

from .models import TorrentRequest, Vote
from .permissions import VIEW

Figures = Mapping[int, int]


def modify(config: Configurator) -> None:
    """Add fields to profiles and a promotion criterion, and protect categories that are in use."""
    for name, load, doc in (
        ("requests_created", created, "How many requests they made."),
        ("requests_filled", filled, "How many requests they filled."),
        ("bounty_spent", spent, "Bytes that they put up, but for requests they filled themselves."),
    ):
        field = BatchField(
            INTEGER,
            _of_users(load),
            missing=0,
            permission=VIEW,
            own=True,
            nested=False,
            doc=doc,
        )
        config.add_field(IUser, name, field)
    config.add_promotion_criterion("bounty_spent", spent)
    config.add_subscriber(keep_category, ITorrentCategoryDeleted)


def keep_category(event: TorrentCategoryDeleted) -> None:
    """Raise CategoryInUse if requests that are not deleted have the category."""
    used = exists().where(
        TorrentRequest.category == event.model.name, TorrentRequest.deleted.is_(None)
    )
    if event.request.db.scalar(select(used)):
        raise CategoryInUse(f"There are requests of the category {event.model.name}.")


def created(session: Session, user_ids: Sequence[int]) -> Figures:
    """Count the live requests that each member created, by member id."""
    return _count(session, TorrentRequest.user_id, user_ids)


def filled(session: Session, user_ids: Sequence[int]) -> Figures:
    """Count the live requests that each member filled, by member id."""
    return _count(session, TorrentRequest.filler_id, user_ids)


def spent(session: Session, user_ids: Sequence[int]) -> Figures:
    """Return the bytes that each member contributed and did not get back, by member id.

    Contributions to requests that the member filled are excluded.
    """
    high, low = parts(Vote.amount)
    rows = session.execute(
        select(Vote.user_id, high, low)
        .join(TorrentRequest, TorrentRequest.id == Vote.request_id)
        .where(
            Vote.user_id.in_(user_ids),
            Vote.refunded.is_(None),
            TorrentRequest.filler_id.is_distinct_from(Vote.user_id),
        )
        .group_by(Vote.user_id)
    )
    return {user_id: whole(*sums) for user_id, *sums in rows}


def _count(session: Session, column: Any, user_ids: Sequence[int]) -> Figures:
    rows = session.execute(
        select(column, func.count())
        .where(column.in_(user_ids), TorrentRequest.deleted.is_(None))
        .group_by(column)
    )
    return dict(rows.tuples().all())


def _of_users(
    load: Callable[[Session, Sequence[int]], Figures],
) -> Callable[[Request, Sequence[User]], Figures]:
    return lambda request, users: load(request.db, [user.id for user in users])
