"""Relationships follow their foreign keys.

When a column changes, SQLAlchemy keeps the object that the relationship was loaded with, so the
response after such a change would show the former object.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import MANYTOONE, InstanceState, Mapper, Session, sessionmaker

_STALE = "pulsar.stale relationships"


def follow_foreign_keys(factory: sessionmaker[Session]) -> None:
    """Let sessions reload a relationship after a flush that changed its foreign key."""
    event.listen(factory, "after_flush", _note)
    event.listen(factory, "after_flush_postexec", _expire)


def _note(session: Session, context: Any) -> None:
    """Find the relationships that changed. After the flush the history is lost."""
    stale = [(instance, name) for instance in session.dirty for name in _stale(inspect(instance))]
    if stale:
        session.info.setdefault(_STALE, []).extend(stale)


def _expire(session: Session, context: Any) -> None:
    for instance, name in session.info.pop(_STALE, ()):
        if instance in session:
            session.expire(instance, [name])


def _stale(state: InstanceState[Any]) -> list[str]:
    """The loaded relationships whose columns changed while they themselves did not."""
    return [
        name
        for name, columns in _followed(state.mapper)
        if name in state.dict
        and not state.attrs[name].history.has_changes()
        and any(state.attrs[column].history.has_changes() for column in columns)
    ]


@cache
def _followed(mapper: Mapper[Any]) -> list[tuple[str, list[str]]]:
    """The names of relationships to one object, with the names of their columns."""
    return [
        (
            relationship.key,
            [mapper.get_property_by_column(column).key for column in relationship.local_columns],
        )
        for relationship in mapper.relationships
        if relationship.direction is MANYTOONE
    ]
