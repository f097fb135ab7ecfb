"""Dropping all tables of a database and creating them again."""

from __future__ import annotations

from sqlalchemy import func, inspect, select

from ..db import migrations
from ..interfaces import IDatabase
from ..registry import Registry
from ..users.models import User


def count_members(registry: Registry) -> int:
    """Return the number of members, or 0 if the database was never migrated."""
    with registry.getUtility(IDatabase).session() as session:
        if not inspect(session.connection()).has_table(User.__tablename__):
            return 0
        return session.scalar(select(func.count()).select_from(User)) or 0


def rebuild(registry: Registry) -> None:
    """Drop all tables of installed plugins, and create those of the enabled ones."""
    migrations.downgrade(registry, "base")
    migrations.upgrade(registry)
