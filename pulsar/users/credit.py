"""Changing a member's upload credit in the database: what they owe is paid first.

Everything that credits or takes back upload goes through these expressions, in one ``UPDATE``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, case, select
from sqlalchemy.orm import Session

from ..db.sums import parts, whole
from .models import User


def credited(
    amount: Any, table: type[User] | Table = User, maximum: int | None = None
) -> dict[str, ColumnElement[int]]:
    """Values for an ``UPDATE`` of users that gives them credit; their debt is paid first.

    ``amount`` is bytes, a number or an expression. Credit stops at ``maximum`` where there is one.
    """
    columns = table.c if isinstance(table, Table) else table
    uploaded, debt = columns.uploaded, columns.upload_debt
    repaid = case((debt < amount, debt), else_=amount)
    rest = amount - repaid
    total = uploaded + rest
    if maximum is not None:
        total = case((uploaded > maximum - rest, maximum), else_=total)
    return {"uploaded": total, "upload_debt": debt - repaid}


def upload_debt(session: Session) -> int:
    """How many bytes of upload credit all members owe."""
    query = select(*parts(User.upload_debt)).where(User.upload_debt > 0)
    return whole(*session.execute(query).one())
