"""The database: ``request.db`` is the session of the request's transaction."""

from __future__ import annotations

from typing import Any

from pyramid.exceptions import ConfigurationError
from sqlalchemy.exc import DBAPIError

from ..config import Configurator
from ..framework.transactions import session_manager
from ..interfaces import IDatabase
from ..registry import Registry
from .base import Base
from .session import Database, make_engine, request_session
from .types import BigKey, Json, Moment, PrimaryKey, UTCDateTime, utcnow
from .upsert import insert_new, upsert

__all__ = [
    "Base",
    "BigKey",
    "Json",
    "Moment",
    "PrimaryKey",
    "UTCDateTime",
    "insert_new",
    "upsert",
    "utcnow",
]


def includeme(config: Configurator) -> None:
    """Provide the database and ``request.db``."""
    settings = config.registry.settings
    database = settings.get("database") or Database(
        _engine(settings), session_manager(config.registry)
    )
    config.add_service(IDatabase, database)
    config.add_request_method(request_session, "db", reify=True)
    config.add_migrations("pulsar.versions", label="pulsar")
    config.add_health_check("database", _check)


def _engine(settings: dict[str, Any]) -> Any:
    """The engine for ``sqlalchemy.url`` and the related settings."""
    options = {}
    for name in ("pool_size", "max_overflow", "pool_recycle"):
        if f"sqlalchemy.{name}" in settings:
            value = settings[f"sqlalchemy.{name}"]
            try:
                options[name] = int(value)
            except ValueError as error:
                raise ConfigurationError(
                    f"Setting sqlalchemy.{name}: {value!r} must be a whole number."
                ) from error
    return make_engine(settings["sqlalchemy.url"], **options)


def _check(registry: Registry) -> None:
    try:
        _ask(registry)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # A connection that broke while it was idle does not mean that the database is unavailable.
        _ask(registry)


def _ask(registry: Registry) -> None:
    with registry.getUtility(IDatabase).session() as session:
        session.connection().exec_driver_sql("SELECT 1")
