"""Emptying a database down to nothing and migrating it anew."""

from __future__ import annotations

from sqlalchemy import func, inspect, select

from ..db import migrations
from ..interfaces import IDatabase
from ..registry import Registry
from ..users.models import User


def count_members(registry: Registry) -> int:
    """How many members the database has; none where it was never migrated."""
    with registry.getUtility(IDatabase).session() as session:
        if not inspect(session.connection()).has_table(User.__tablename__):
            return 0
        return session.scalar(select(func.count()).select_from(User)) or 0


def rebuild(registry: Registry) -> None:
    """Drop all tables of installed plugins, and make those of the enabled ones."""
    migrations.downgrade(registry, "base")
    migrations.upgrade(registry)
