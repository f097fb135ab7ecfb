"""Counting SQL statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

#: Transaction control, of which tests themselves cause more than production does.
_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


class Statements(list[str]):
    """The statements that were executed, without transaction control.

    ``transactions`` is the number of transactions that began. It says nothing about the
    connection that tests share, on which every session joins one outer transaction.
    """

    transactions = 0


@contextmanager
def counted(engine: Any) -> Iterator[Statements]:
    """Collect the statements that run on the engine or connection in the block."""
    statements = Statements()

    def note(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
        if not statement.lstrip().upper().startswith(_CONTROL):
            statements.append(statement)

    def note_begin(conn: Any) -> None:
        statements.transactions += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", note_begin)
    try:
        yield statements
    finally:
        event.remove(engine, "begin", note_begin)
        event.remove(engine, "before_cursor_execute", note)
