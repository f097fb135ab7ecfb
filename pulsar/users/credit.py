"""Changes of members' upload credit, as expressions for an ``UPDATE``. New credit pays debt first.

All code that adds or takes back upload uses these expressions, in one ``UPDATE``.
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
    """Return the values for an ``UPDATE`` of users that adds credit, which pays their debt first.

    ``amount`` is in bytes, a number or an expression. Credit is limited to ``maximum`` if given.
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
    """Return the upload credit that all members together owe, in bytes."""
    query = select(*parts(User.upload_debt)).where(User.upload_debt > 0)
    return whole(*session.execute(query).one())
