"""The database refuses to change or delete rows of the site log."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def entry(db: Session, factory: Factory) -> LogEntry:
    """An entry."""
    log_entry = LogEntry(
        actor_id=factory.staff().id,
        action="tested",
        target_type="users",
        target_id=1,
        summary="As it was.",
        before={"invites": 0},
        after={"invites": 1},
    )
    db.add(log_entry)
    db.commit()
    return log_entry


STATEMENTS = [
    update(LogEntry).values(summary="Nothing happened."),
    update(LogEntry).values(before=None, after=None),
    update(LogEntry).values(actor_id=None),
    delete(LogEntry),
    text("UPDATE site_log SET summary = ''"),
    text("DELETE FROM site_log"),
]


class TestAppendOnly:
    @pytest.mark.parametrize("statement", STATEMENTS, ids=lambda item: str(item)[:50])
    def test_refused(self, db: Session, entry: LogEntry, statement: Any) -> None:
        with pytest.raises(DBAPIError, match="the site log only grows"), db.begin_nested():
            db.execute(statement)
        db.expire_all()
        log_entry = db.scalars(select(LogEntry)).one()
        assert (log_entry.summary, log_entry.before, log_entry.after) == (
            "As it was.",
            {"invites": 0},
            {"invites": 1},
        )

    def test_by_the_models(self, db: Session, entry: LogEntry) -> None:
        entry.summary = "Nothing happened."
        with pytest.raises(DBAPIError, match="only grows"):
            db.flush()
        db.rollback()
        db.delete(entry)
        with pytest.raises(DBAPIError, match="only grows"):
            db.flush()

    def test_actors_cannot_be_deleted(self, db: Session, entry: LogEntry) -> None:
        db.delete(db.get_one(User, entry.actor_id))
        with pytest.raises(IntegrityError):
            db.flush()

    def test_it_grows(self, db: Session, entry: LogEntry) -> None:
        db.add(LogEntry(action="tested", target_type="", summary=""))
        db.commit()
        assert len(db.scalars(select(LogEntry)).all()) == 2
