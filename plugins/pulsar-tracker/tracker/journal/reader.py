"""Groups of one file of the journal, one after the other."""

from __future__ import annotations

import os
from pathlib import Path

from .layout import GROUP, HEADER_SIZE, Header, checksum, file_name, unpack_header
from .record import RECORD

_CHUNK = 2**16


class Reader:
    """Reads a file, also while it is written. The header must be valid and is given."""

    def __init__(self, folder: Path, header: Header) -> None:
        """Raises FileNotFoundError."""
        self._fd = -1
        self.header = header
        #: The sequence of the next group.
        self.next = header.first
        self._fd = os.open(folder / file_name(header.number), os.O_RDONLY)
        self._size = os.fstat(self._fd).st_size
        self._offset = HEADER_SIZE
        self._start = HEADER_SIZE
        self._buffer = b""

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __del__(self) -> None:
        # Followers live as long as the process, or are dropped when they have read enough.
        self.close()

    def reused(self) -> bool:
        """Whether the file has another header now."""
        return unpack_header(os.pread(self._fd, HEADER_SIZE, 0)) != self.header

    def read(self) -> bytes | None:
        """The packed records of the next group, or None if it is missing or not whole."""
        records = self._records()
        if records is None:
            # The buffer may be older than the group.
            self._fill(_CHUNK)
            records = self._records()
        if records is not None:
            self._offset += GROUP.size + len(records)
            self.next += 1
        return records

    def _records(self) -> bytes | None:
        at = self._offset - self._start
        if len(self._buffer) < at + GROUP.size:
            return None
        length, check, sequence = GROUP.unpack_from(self._buffer, at)
        if (
            sequence != self.next
            or not length
            or length % RECORD.size
            or length > self._size - self._offset - GROUP.size
        ):
            return None
        if len(self._buffer) < at + GROUP.size + length:
            self._fill(max(GROUP.size + length, _CHUNK))
            at = 0
        records = self._buffer[at + GROUP.size : at + GROUP.size + length]
        if len(records) != length or checksum(sequence, records, self.header.salt) != check:
            return None
        return records

    def _fill(self, size: int) -> None:
        self._buffer = os.pread(self._fd, size, self._offset)
        self._start = self._offset
