"""The figures on which promotions and demotions depend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..config import Configurator
from ..db import utcnow
from ..interfaces import IPromotionCriterion
from ..users.models import User

Figures = Mapping[int, float]
Load = Callable[[Session, Sequence[int]], Figures]


def add_promotion_criterion(config: Configurator, name: str, load: Load | str) -> None:
    """Directive: add a figure for promotions; ``load(session, user_ids)`` maps id to figure.

    Members who are not in the mapping have the figure 0.
    """
    item = config.introspectable("pulsar criteria", name, name, "promotion criterion")
    resolved: Any = config.maybe_dotted(load)

    def register() -> None:
        config.registry.registerUtility(resolved, IPromotionCriterion, name)

    config.action(("pulsar criterion", name), register, introspectables=(item,))


def uploaded(session: Session, user_ids: Sequence[int]) -> Figures:
    """Return the credited upload in bytes."""
    rows = session.execute(select(User.id, User.uploaded).where(User.id.in_(user_ids)))
    return {row.id: row.uploaded for row in rows}


def ratio(session: Session, user_ids: Sequence[int]) -> Figures:
    """Return upload divided by download; infinite for members who downloaded nothing."""
    rows = session.execute(
        select(User.id, User.uploaded, User.downloaded).where(User.id.in_(user_ids))
    )
    return {user_id: up / down if down else float("inf") for user_id, up, down in rows}


def age_weeks(session: Session, user_ids: Sequence[int]) -> Figures:
    """Return the age of the accounts in whole weeks."""
    now = utcnow()
    rows = session.execute(select(User.id, User.created).where(User.id.in_(user_ids)))
    return {user_id: (now - created) // timedelta(weeks=1) for user_id, created in rows}
