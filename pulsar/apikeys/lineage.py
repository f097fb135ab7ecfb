"""Chains of keys that created each other. A key ends with its creator at the latest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from ..db import utcnow
from ..errors import Forbidden, Unauthorized
from .models import APIKey

#: The maximum length of a chain. All of it is read when an uncached key is used.
DEPTH = 8


def require_parent(session: Session, key_id: int) -> None:
    """Lock the key until the end of the transaction, so that it can create another key.

    Raises Unauthorized if it has ended, and Forbidden if its chain is too long.
    """
    session.execute(select(APIKey.id).where(APIKey.id == key_id).with_for_update(read=True))
    makers = ancestry(session, key_id)
    if not is_open(makers):
        raise Unauthorized
    if len(makers) >= DEPTH:
        raise Forbidden(
            f"At most {DEPTH} keys come one of another. Make the key with the password.",
            code="key_forbidden",
        )


def ancestry(session: Session, key_id: int | None) -> list[APIKey]:
    """Return the key with the id, the key that created it, and so on."""
    tree = select(APIKey.id, APIKey.parent_id).where(APIKey.id == key_id).cte(recursive=True)
    parent = aliased(APIKey)
    tree = tree.union(select(parent.id, parent.parent_id).join(tree, parent.id == tree.c.parent_id))
    query = select(APIKey).join(tree, tree.c.id == APIKey.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def ends_at(makers: list[APIKey]) -> datetime | None:
    """Return the earliest time at which one of the keys ends if unused; None if none does."""
    ends = [key.last_used + timedelta(seconds=key.timeout) for key in makers if not key.permanent]
    return min(ends, default=None)


def is_open(makers: list[APIKey]) -> bool:
    """Return whether none of the keys was revoked or idle for too long."""
    ends = ends_at(makers)
    return all(key.revoked is None for key in makers) and (ends is None or utcnow() <= ends)


def revoke_with_descendants(session: Session, condition: ColumnElement[bool]) -> list[str]:
    """Revoke matching live keys and all keys created with them; return their names."""
    tree = select(APIKey.id).where(condition, APIKey.revoked.is_(None)).cte(recursive=True)
    child = aliased(APIKey)
    tree = tree.union(select(child.id).join(tree, child.parent_id == tree.c.id))
    revoked = session.scalars(
        update(APIKey)
        .where(APIKey.id.in_(select(tree.c.id)), APIKey.revoked.is_(None))
        .values(revoked=utcnow())
        .returning(APIKey.hash),
        execution_options={"synchronize_session": False},
    )
    return list(revoked)
