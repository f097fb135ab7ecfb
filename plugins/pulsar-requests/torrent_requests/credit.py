"""Moving upload credit between members and the bounties of requests.

All functions lock rows in one order: the request's row, then members' rows by ascending id. On
PostgreSQL the lock is ``FOR NO KEY UPDATE``, which lets others insert rows that refer to the locked
ones. On SQLite a writing request holds the only write lock from its beginning.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import BigInteger, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.db.rows import changed_rows
from pulsar.errors import Invalid, NotFound
from pulsar.request import Request
from pulsar.users import tags as user_tags
from pulsar.users.credit import credited
from pulsar.users.models import User
from pulsar.validation.nodes import MAX_INTEGER

from .errors import CreditFull, FillerRemoved, NotEnoughCredit
from .models import Movement, TorrentRequest, Vote
from .permissions import UNFILL
from .queries import with_relations
from .settings import RequestsSettings


def lock(request: Request, torrent_request: TorrentRequest) -> None:
    """Lock the request's row until the transaction ends, and load it again.

    Raises NotFound if it was deleted meanwhile.
    """
    query = with_relations(select(TorrentRequest).where(TorrentRequest.id == torrent_request.id))
    request.db.scalars(
        query.with_for_update(of=TorrentRequest, key_share=True).execution_options(
            populate_existing=True
        )
    ).one()
    if torrent_request.deleted is not None:
        raise NotFound(f"Request {torrent_request.id} does not exist.")


def take(request: Request, user_id: int, amount: int, least: int = 0) -> bool:
    """Deduct the amount from a member's credit; False if it, or ``least``, exceeds the credit."""
    taken = request.db.execute(
        update(User)
        .where(User.id == user_id, User.uploaded >= max(amount, least))
        .values(uploaded=User.uploaded - amount)
        .execution_options(synchronize_session=False)
    )
    request.cache.invalidate(user_tags.profile(user_id))
    return changed_rows(taken) > 0


def give(request: Request, user_id: int, amount: int) -> None:
    """Give the amount to a member, whose debt it pays first.

    Raises CreditFull if the credit would exceed MAX_INTEGER.
    """
    updated = request.db.execute(
        update(User)
        .where(User.id == user_id, User.uploaded <= MAX_INTEGER - amount)
        .values(credited(amount))
        .execution_options(synchronize_session=False)
    )
    if not changed_rows(updated):
        raise CreditFull
    request.cache.invalidate(user_tags.profile(user_id))


def lock_members(session: Session, torrent_request: TorrentRequest) -> None:
    """Lock the rows of the voters and of the filler until the transaction ends."""
    voters = select(Vote.user_id).where(Vote.request_id == torrent_request.id)
    session.execute(
        select(User.id)
        .where(or_(User.id.in_(voters), User.id == torrent_request.filler_id))
        .order_by(User.id)
        .with_for_update(key_share=True)
    )


def reclaim(request: Request, torrent_request: TorrentRequest) -> int:
    """Take the bounty of a locked request back from its filler.

    Returns the part that the filler has already spent, which becomes a debt. If the filler's
    account was removed, the bounty is written off, which requires ``requests_unfill``. Raises
    FillerRemoved, and CreditFull if the debt would exceed MAX_INTEGER.
    """
    session, filler_id, bounty = request.db, torrent_request.filler_id, torrent_request.bounty
    uploaded = session.scalar(
        select(User.uploaded).where(User.id == filler_id).with_for_update(key_share=True)
    )
    if filler_id is None or uploaded is None:
        if not request.caller.has(UNFILL):
            raise FillerRemoved
        note(session, torrent_request, ("write_off", None, bounty))
        return 0
    taken = min(uploaded, bounty)
    debt = bounty - taken
    charged = session.execute(
        update(User)
        .where(User.id == filler_id, User.upload_debt <= MAX_INTEGER - debt)
        .values(uploaded=User.uploaded - taken, upload_debt=User.upload_debt + debt)
        .execution_options(synchronize_session=False)
    )
    if not changed_rows(charged):
        raise CreditFull
    amounts = (("unfill", taken), ("debt", debt))
    note(
        session, torrent_request, *((kind, filler_id, amount) for kind, amount in amounts if amount)
    )
    request.cache.invalidate(user_tags.profile(filler_id))
    return debt


def note(
    session: Session, torrent_request: TorrentRequest, *movements: tuple[str, int | None, int]
) -> None:
    """Add movements to the ledger: kind, member, and the amount that the request's hold gained."""
    rows = [
        {"request_id": torrent_request.id, "kind": kind, "user_id": user_id, "amount": amount}
        for kind, user_id, amount in movements
    ]
    session.execute(insert(Movement), rows)


def put_up(
    request: Request, torrent_request: TorrentRequest, amount: int, kind: str, least: int = 0
) -> None:
    """Move credit of the caller to the bounty of a request, less the tax.

    The request must be locked or new. The tax is rounded down, so that tax and contribution add up
    to the amount. Raises NotEnoughCredit, and Invalid if the bounty would exceed MAX_INTEGER.
    """
    session, user_id = request.db, request.caller.user_id
    tax = amount * RequestsSettings.tax.of(request.registry) // 100
    _add_to_bounty(session, torrent_request, user_id, amount - tax)
    if not take(request, user_id, amount, least):
        raise NotEnoughCredit
    note(
        session,
        torrent_request,
        (kind, user_id, amount),
        *([("tax", user_id, -tax)] if tax else []),
    )


def _add_to_bounty(
    session: Session, torrent_request: TorrentRequest, user_id: int, amount: int
) -> None:
    """Add the amount to the bounty and to the member's vote."""
    now = utcnow()
    vote_id = session.scalar(
        update(Vote)
        .where(
            Vote.request_id == torrent_request.id,
            Vote.user_id == user_id,
            Vote.amount <= MAX_INTEGER - amount,
        )
        .values(amount=Vote.amount + amount, last=now)
        .returning(Vote.id)
        .execution_options(synchronize_session=False)
    )
    raised = session.scalar(
        update(TorrentRequest)
        .where(
            TorrentRequest.id == torrent_request.id, TorrentRequest.bounty <= MAX_INTEGER - amount
        )
        .values(
            bounty=TorrentRequest.bounty + amount,
            vote_count=TorrentRequest.vote_count + int(vote_id is None),
            last_vote=now,
        )
        .returning(TorrentRequest.id)
        .execution_options(synchronize_session=False)
    )
    if raised is None:
        raise Invalid({"amount": [f"the bounty must not grow beyond {MAX_INTEGER}"]})
    if vote_id is None:
        session.execute(
            insert(Vote),
            [
                {
                    "request_id": torrent_request.id,
                    "user_id": user_id,
                    "amount": amount,
                    "created": now,
                    "last": now,
                }
            ],
        )


def refund(request: Request, torrent_request: TorrentRequest) -> list[int]:
    """Return all contributions to their members, and return the ids of the members who got credit.

    Contributions of removed accounts are forfeited. The number of statements does not depend on the
    number of voters. Raises CreditFull.
    """
    session = request.db
    voters = select(Vote.user_id).where(Vote.request_id == torrent_request.id)
    rows = session.execute(
        select(User.id, User.uploaded)
        .where(User.id.in_(voters))
        .order_by(User.id)
        .with_for_update(key_share=True)
    )
    credits = dict(rows.tuples().all())
    votes = session.execute(
        select(Vote.user_id, Vote.amount).where(Vote.request_id == torrent_request.id)
    )
    movements: list[tuple[str, int | None, int]] = []
    back: list[dict[str, Any]] = []
    for user_id, amount in votes.tuples():
        is_member = user_id is not None and user_id in credits
        movements.append(
            ("refund" if is_member else "forfeit", user_id if is_member else None, -amount)
        )
        if user_id is not None and is_member:
            if credits[user_id] > MAX_INTEGER - amount:
                raise CreditFull
            back.append({"user": user_id, "amount": amount})
    if back:
        session.connection().execute(
            update(User.__table__)  # type: ignore[arg-type]
            .where(User.__table__.c.id == bindparam("user"))
            .values(credited(bindparam("amount", type_=BigInteger), cast(Table, User.__table__))),
            back,
        )
    session.execute(
        update(Vote)
        .where(Vote.request_id == torrent_request.id)
        .values(refunded=utcnow())
        .execution_options(synchronize_session=False)
    )
    note(session, torrent_request, *movements)
    paid = [row["user"] for row in back]
    request.cache.invalidate(*(user_tags.profile(user_id) for user_id in paid))
    return paid
