"""What this plugin adds to members and categories. It touches others here and nowhere else."""

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
    """Show with members what they did about requests, let classes ask for it, keep categories."""
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
    """Raise CategoryInUse for a category of requests that are not deleted."""
    used = exists().where(
        TorrentRequest.category == event.model.name, TorrentRequest.deleted.is_(None)
    )
    if event.request.db.scalar(select(used)):
        raise CategoryInUse(f"There are requests of the category {event.model.name}.")


def created(session: Session, user_ids: Sequence[int]) -> Figures:
    """How many live requests the members made, by id."""
    return _count(session, TorrentRequest.user_id, user_ids)


def filled(session: Session, user_ids: Sequence[int]) -> Figures:
    """How many requests the members filled, by id."""
    return _count(session, TorrentRequest.filler_id, user_ids)


def spent(session: Session, user_ids: Sequence[int]) -> Figures:
    """What the members put up and did not get back, by id.

    What they earned by filling a request that they voted for does not count as spent.
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
