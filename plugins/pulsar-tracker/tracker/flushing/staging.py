"""Temporary tables of PostgreSQL, filled by a binary COPY."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
)
from sqlalchemy.types import TypeEngine

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
#: Days between 1970-01-01 and 2000-01-01, from which PostgreSQL counts.
EPOCH_DAY = 10_957

#: How a row has values of the types: format of ``struct``, bytes.
_FORMS: dict[type[TypeEngine[Any]], tuple[str, int]] = {
    SmallInteger: ("h", 2),
    Integer: ("i", 4),
    BigInteger: ("q", 8),
    Float: ("d", 8),
    Date: ("i", 4),
}

_METADATA = MetaData()


class Staging:
    """A temporary table whose rows all have the same size, since no column is NULL."""

    def __init__(self, name: str, *columns: tuple[str, TypeEngine[Any]]) -> None:
        self.table = Table(
            name,
            _METADATA,
            *(Column(column, type_, nullable=False) for column, type_ in columns),
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
        self.c = self.table.c
        forms = [_form(type_) for _, type_ in columns]
        # A row is the number of its columns, then the size and the value of each.
        self._row = struct.Struct(">h" + "".join(f"i{code}" for code, _ in forms))
        self._fields: list[Any] = [len(forms)]
        for _, size in forms:
            self._fields += (size, None)
        self._largest = [2 ** (8 * size - 1) - 1 if code in "hiq" else None for code, size in forms]
        self._copy = f"COPY pg_temp.{name} FROM STDIN (FORMAT BINARY)"

    def fill(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Create the table with these rows; it is dropped with the transaction.

        Numbers that are too large for their column become the largest one.
        """
        pack, fields = self._row.pack, self._fields.copy()
        data = [_HEADER]
        for values in rows:
            fields[2::2] = values
            try:
                data.append(pack(*fields))
            except struct.error:
                fields[2::2] = map(_limited, values, self._largest)
                data.append(pack(*fields))
        data.append(_TRAILER)
        self.table.create(connection, checkfirst=False)
        driver: Any = connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(self._copy) as copy:
                copy.write(b"".join(data))
        except psycopg.DataError as error:
            raise ValueError("PostgreSQL does not take a row") from error

    def drop(self, connection: Connection) -> None:
        """Drop the table before the end of the transaction."""
        self.table.drop(connection, checkfirst=False)


def _form(type_: TypeEngine[Any]) -> tuple[str, int]:
    if isinstance(type_, LargeBinary):
        size = type_.length or 0
        return f"{size}s", size
    return _FORMS[type(type_)]


def _limited(value: Any, largest: int | None) -> Any:
    return value if largest is None else min(value, largest)
