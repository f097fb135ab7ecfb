"""Whether the books of the bounties agree, and how much they hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from pulsar.db.sums import parts, sum_of, whole
from pulsar.interfaces import IDatabase
from pulsar.registry import Registry
from pulsar.users.models import User

from .models import Movement, TorrentRequest, Vote


class BooksDisagree(Exception):
    """Credit came out of nothing or went there: a defect, or somebody changed the database."""


def require_balance(registry: Registry) -> None:
    """The job that looks after the books: where they disagree it fails, as ``/health`` then says.

    Raises BooksDisagree.
    """
    with registry.getUtility(IDatabase).session() as session:
        number = unbalanced(session)
    if number:
        raise BooksDisagree(f"The books of {number} requests disagree.")


def count_requests(session: Session) -> int:
    """How many requests are not deleted."""
    query = select(func.count()).where(TorrentRequest.deleted.is_(None))
    return session.scalar(query) or 0


def held(session: Session) -> int:
    """The bounties of all open requests together, in bytes."""
    query = select(*parts(TorrentRequest.bounty)).where(_is_open())
    return whole(*session.execute(query).one())


def owed(session: Session) -> int:
    """The debts of all members together, in bytes."""
    query = select(*parts(User.upload_debt)).where(User.upload_debt > 0)
    return whole(*session.execute(query).one())


def unbalanced(session: Session) -> int:
    """How many requests do not hold what their ledger says, or show other sums than their votes'.

    It is 0, or credit came out of nothing or went there.
    """
    query = _broken().with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(query) or 0


def _is_open() -> Any:
    return TorrentRequest.deleted.is_(None) & TorrentRequest.filled.is_(None)


def _broken() -> Select[tuple[int]]:
    ledger = _sums(Movement)
    votes = _sums(Vote)
    in_hold = case((_is_open(), TorrentRequest.bounty), else_=0)
    return (
        select(TorrentRequest.id)
        .outerjoin(ledger, ledger.c.request_id == TorrentRequest.id)
        .outerjoin(votes, votes.c.request_id == TorrentRequest.id)
        .where(
            or_(
                func.coalesce(ledger.c.total, 0) != in_hold,
                func.coalesce(votes.c.total, 0) != TorrentRequest.bounty,
                func.coalesce(votes.c.number, 0) != TorrentRequest.vote_count,
            )
        )
    )


def _sums(model: Any) -> Any:
    return (
        select(model.request_id, sum_of(model.amount).label("total"), func.count().label("number"))
        .group_by(model.request_id)
        .subquery()
    )
