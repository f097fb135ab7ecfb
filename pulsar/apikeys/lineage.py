"""Which key made which: a key ends with the one that made it, at the latest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from ..db import utcnow
from ..errors import Forbidden, Unauthorized
from .models import APIKey

#: So many keys may come one of another; every use of a key that is not cached looks at all.
DEPTH = 8


def require_parent(session: Session, key_id: int) -> None:
    """Keep the key from ending until the transaction has, so that it may make another.

    Raises Unauthorized where it has ended, and Forbidden where too many made it already.
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
    """The key with the id, the one that made it, and so on."""
    tree = select(APIKey.id, APIKey.parent_id).where(APIKey.id == key_id).cte(recursive=True)
    parent = aliased(APIKey)
    tree = tree.union(select(parent.id, parent.parent_id).join(tree, parent.id == tree.c.parent_id))
    query = select(APIKey).join(tree, tree.c.id == APIKey.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def ends_at(makers: list[APIKey]) -> datetime | None:
    """When the first of the keys ends, unless it is used before; None where none does."""
    ends = [key.last_used + timedelta(seconds=key.timeout) for key in makers if not key.permanent]
    return min(ends, default=None)


def is_open(makers: list[APIKey]) -> bool:
    """Whether none of the keys was revoked or idle for too long."""
    ends = ends_at(makers)
    return all(key.revoked is None for key in makers) and (ends is None or utcnow() <= ends)


def revoke_with_descendants(session: Session, condition: ColumnElement[bool]) -> list[str]:
    """Revoke the live keys that meet the condition and all that they made; their names."""
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
