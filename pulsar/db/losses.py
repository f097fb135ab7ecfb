"""The data that a downgrade would lose, determined by running it and rolling it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, column, func, inspect, select, table, text

#: For one table: the number of rows, and the number of values in each of its columns.
_Counts = tuple[int, dict[str, int]]


@dataclass(slots=True)
class Rehearsal:
    """The effects of a migration on the tables before it was rolled back."""

    #: Sentences such as ``the table bookmarks (12 rows)``.
    losses: list[str] = field(default_factory=list)
    _before: dict[str, _Counts] = field(default_factory=dict)

    def begin(self, connection: Connection) -> None:
        """Count rows and values before the migration."""
        self._before = {name: _counts(connection, name) for name in _tables(connection)}

    def finish(self, connection: Connection) -> None:
        """Compare the counts with those after it."""
        left = set(_tables(connection))
        new_tables = left - self._before.keys()
        for name, (rows, values) in sorted(self._before.items()):
            if name not in left:
                loss = f"the table {name} ({_number(rows, 'row')})"
                self.losses.append(loss + _unless_renamed(new_tables))
                continue
            remaining, columns = _counts(connection, name)
            new_columns = columns.keys() - values
            self.losses += [
                f"the column {name}.{lost} ({_number(values[lost], 'value')})"
                + _unless_renamed(new_columns)
                for lost in sorted(values.keys() - columns)
            ]
            if remaining < rows:
                self.losses.append(f"{_number(rows - remaining, 'row')} of the table {name}")


def _tables(connection: Connection) -> Iterator[str]:
    """The tables that hold data, without those of search indexes and of alembic."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        names = [str(name) for name in connection.scalars(text(query))]
    else:
        names = inspect(connection).get_table_names()
    for name in names:
        if name != "alembic_version" and not name.startswith("sqlite_"):
            yield name


def _counts(connection: Connection, name: str) -> _Counts:
    """The rows of a table, and the values of its columns that are not null."""
    columns = [column_name["name"] for column_name in inspect(connection).get_columns(name)]
    numbers = [func.count(column(column_name)) for column_name in columns]
    rows, *values = connection.execute(
        select(func.count(), *numbers).select_from(table(name))
    ).one()
    return rows, dict(zip(columns, values, strict=True))


def _unless_renamed(names: Collection[str]) -> str:
    """The possible new names of something that is missing; the database does not record renames."""
    return f", unless it is renamed to {' or '.join(sorted(names))}" if names else ""


def _number(count: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
