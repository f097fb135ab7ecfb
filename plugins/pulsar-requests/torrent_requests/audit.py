"""Checks that ledger, votes and bounties agree, and statistics of bounties and debts."""

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
    """The ledger contradicts a bounty: there is a defect, or the database was changed by hand."""


def require_balance(registry: Registry) -> None:
    """Check the books of all requests. This is a job, whose failure ``/health`` reports.

    Raises BooksDisagree.
    """
    with registry.getUtility(IDatabase).session() as session:
        number = unbalanced(session)
    if number:
        raise BooksDisagree(f"The books of {number} requests disagree.")


def count_requests(session: Session) -> int:
    """Count the requests that are not deleted."""
    query = select(func.count()).where(TorrentRequest.deleted.is_(None))
    return session.scalar(query) or 0


def held(session: Session) -> int:
    """Return the total bounty of all open requests, in bytes."""
    query = select(*parts(TorrentRequest.bounty)).where(_is_open())
    return whole(*session.execute(query).one())


def owed(session: Session) -> int:
    """Return the total debt of all members, in bytes."""
    query = select(*parts(User.upload_debt)).where(User.upload_debt > 0)
    return whole(*session.execute(query).one())


def unbalanced(session: Session) -> int:
    """Count the requests whose bounty contradicts their ledger or their votes.

    If it is not 0, credit was created or lost.
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
