"""Catching up at once with what this process commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, SessionTransaction

from pulsar.db import Base
from pulsar.interfaces import IDatabase
from pulsar.secrets.models import UserSecret
from pulsar.users.models import User
from torrents.models import Torrent

from .models import Change

log = structlog.get_logger(__name__)

_TOUCHED = "tracker.directory touched"
#: The attributes that matter; they are named like their columns.
_WATCHED: Mapping[type[Base], frozenset[str]] = {
    User: frozenset({"enabled", "locked"}),
    UserSecret: frozenset({"revoked", "digest"}),
    Torrent: frozenset({"deleted", "info_hash", "info_hash_short"}),
    Change: frozenset(),
}
_COLUMNS = {model.__tablename__: names for model, names in _WATCHED.items()}


def watch(database: IDatabase, catch_up: Callable[[], None]) -> None:
    """Call ``catch_up()`` after each transaction that may have changed what the directory knows.

    The database's own triggers decide what has changed; here a transaction too many costs one
    statement, and one too few a second until the change is noticed.
    """

    def ended(session: Session, transaction: SessionTransaction) -> None:
        # The session has returned its connection, so that no thread needs two of them.
        if transaction.parent is None and session.info.pop(_TOUCHED, False):
            try:
                catch_up()
            except SQLAlchemyError as error:
                log.warning("directory not caught up", error=type(error).__name__)
            except Exception:
                # The transaction has been committed, so its request must not fail.
                log.exception("directory not caught up")

    database.listen("after_flush", _note_flush)
    database.listen("do_orm_execute", _note_statement)
    database.listen("after_transaction_end", ended)


def _note_flush(session: Session, context: Any) -> None:
    watched = tuple(_WATCHED)
    if any(isinstance(each, watched) for each in (*session.new, *session.deleted)) or any(
        _has_changed(each) for each in session.dirty if isinstance(each, watched)
    ):
        session.info[_TOUCHED] = True


def _has_changed(instance: Base) -> bool:
    state: InstanceState[Base] = inspect(instance)
    return any(
        state.attrs[name].history.has_changes()
        for model, names in _WATCHED.items()
        if isinstance(instance, model)
        for name in names
    )


def _note_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    statement: Any = state.statement
    names = _COLUMNS.get(getattr(statement.table, "name", ""))
    if names is not None and (not state.is_update or names & _columns_set(state)):
        state.session.info[_TOUCHED] = True


def _columns_set(state: ORMExecuteState) -> set[str]:
    """The columns that an UPDATE sets, and maybe others of the table."""
    parameters = state.parameters
    if parameters:
        return set(parameters if isinstance(parameters, Mapping) else parameters[0])
    assignments = str(state.statement).partition(" WHERE ")[0].partition(" SET ")[2]
    return {each.partition("=")[0].strip() for each in assignments.split(",")}
