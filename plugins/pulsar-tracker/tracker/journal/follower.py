"""Reading a journal from where the database is, also from another process."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .layout import Header, JournalError, file_name, headers, read_header
from .reader import Reader
from .record import RECORD, Record


class Group(NamedTuple):
    """Records that were written together."""

    sequence: int
    records: list[Record]


class Follower:
    """Reads the groups after ``sequence``, the last one that was applied or returned."""

    def __init__(self, folder: Path, after: int) -> None:
        self.sequence = after
        self._folder = folder
        self._reader: Reader | None = None
        self._identity: bytes | None = None

    def read(self, limit: int) -> list[Group]:
        """The next groups, with ``limit`` records or a little more; [] if there is nothing new.

        A group that is not whole is the end until the journal is opened again: the process that
        wrote it has crashed. Raises JournalError if groups are missing.
        """
        groups: list[Group] = []
        amount = 0
        while amount < limit:
            group = self._next()
            if group is None:
                break
            amount += len(group.records)
            groups.append(group)
        return groups

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _next(self) -> Group | None:
        while True:
            reader = self._reader or self._find()
            if reader is None:
                return None
            records = reader.read()
            if records is None:
                if reader.reused():
                    self.close()
                    continue
                following = self._following(reader.header)
                if following is None:
                    return None
                # The file was completed before the next one began.
                records = reader.read()
                if records is None:
                    self._open(following)
                    continue
            sequence = reader.next - 1
            if sequence > self.sequence:
                self.sequence = sequence
                return Group(sequence, list(map(Record._make, RECORD.iter_unpack(records))))

    def _find(self) -> Reader | None:
        """Begin with the file that has the next group, or will have it."""
        found = headers(self._folder)
        if not found:
            return None
        before = [header for header in found if header.follows <= self.sequence]
        return self._open(before[-1] if before else found[0])

    def _following(self, header: Header) -> Header | None:
        """The header of the next file. If its own is damaged, that of the one after it."""
        # Backwards: both may be begun while they are looked at.
        later, following = (
            read_header(self._folder / file_name(header.number + distance)) for distance in (2, 1)
        )
        return following or later

    def _open(self, header: Header) -> Reader | None:
        if header.identity != (self._identity or header.identity):
            raise JournalError(
                f"The journal in {self._folder} was replaced by another one: restart this process."
            )
        if header.follows > self.sequence:
            raise JournalError(
                f"The journal in {self._folder} lacks groups after {self.sequence}, up to "
                f"{header.follows}: if the database is an older copy, or a file is damaged, stop "
                "the tracker, move the folder away, and start with an empty journal."
            )
        self.close()
        try:
            self._reader = Reader(self._folder, header)
        except FileNotFoundError:
            # The file was reused meanwhile; the next attempt finds its successor.
            return None
        self._identity = header.identity
        return self._reader
