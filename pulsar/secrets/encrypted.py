"""Columns that are encrypted with the site's secrets, and encrypting them with another secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import bindparam, inspect, select, update
from zope.interface import implementer

from ..interfaces import IDatabase, IEncryptedColumn
from .cipher import site_cipher

#: Rows that are changed in one transaction, for which a serving process waits on SQLite.
BATCH = 200


@implementer(IEncryptedColumn)
@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A declared column."""

    purpose: str
    column: Any
    title: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored value and the key of its row."""

    row_id: Any
    value: bytes


def encrypt_again(
    database: IDatabase, encrypted: IEncryptedColumn, site_keys: Sequence[bytes]
) -> tuple[int, int]:
    """Encrypt old values with the first key; return their number and that of unreadable values.

    Each batch is a transaction, so the function may be interrupted and run again. A row that
    changes in the meantime is not overwritten.
    """
    cipher = site_cipher(site_keys, encrypted.purpose)
    newest = site_cipher(site_keys[:1], encrypted.purpose)
    column, row_id = encrypted.column, _primary_key(encrypted)
    statement = (
        update(column.class_.__table__)
        .where(row_id == bindparam("of_row"), column == bindparam("before"))
        .values({column.name: bindparam("after")})
    )
    changed = unreadable = 0
    for batch in _batches(database, encrypted):
        changes = []
        for stored in batch:
            if is_readable(newest, stored.value):
                continue
            try:
                after = cipher.rotate(stored.value)
            except InvalidToken:
                unreadable += 1
            else:
                changes.append({"of_row": stored.row_id, "before": stored.value, "after": after})
        if changes:
            with database.session(True) as session:
                session.connection().execute(statement, changes)
                session.commit()
            changed += len(changes)
    return changed, unreadable


def count_encrypted(
    database: IDatabase,
    encrypted: IEncryptedColumn,
    old_keys: Sequence[bytes],
    other_keys: Sequence[bytes],
) -> int:
    """The number of values that only the old keys can read."""
    old = site_cipher(old_keys, encrypted.purpose)
    other = site_cipher(other_keys, encrypted.purpose)
    return sum(
        is_readable(old, stored.value) and not is_readable(other, stored.value)
        for batch in _batches(database, encrypted)
        for stored in batch
    )


def is_readable(cipher: MultiFernet, value: bytes) -> bool:
    """Whether one of the cipher's keys can read the value."""
    try:
        cipher.decrypt(value)
    except InvalidToken:
        return False
    return True


def _batches(database: IDatabase, encrypted: IEncryptedColumn) -> Iterator[list[Stored]]:
    """All values in batches, by the keys of their rows."""
    row_id = _primary_key(encrypted)
    rows = select(row_id, encrypted.column).order_by(row_id).limit(BATCH)
    last: Any = None
    while True:
        with database.session() as session:
            read = rows if last is None else rows.where(row_id > last)
            batch = [Stored(key, value) for key, value in session.execute(read)]
        if not batch:
            return
        yield batch
        last = batch[-1].row_id


def _primary_key(encrypted: IEncryptedColumn) -> Any:
    (column,) = inspect(encrypted.column.class_).primary_key
    return column
