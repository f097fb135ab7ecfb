"""The files of a journal: made in advance, and used again when the database has their groups."""

from __future__ import annotations

import os
import secrets
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic

from .layout import HEADER_SIZE, Header, file_name, numbers, read_header, released
from .reader import Reader

#: Numbers that each opening skips. A flusher may have applied groups that a power cut took from the
#: journal, and their numbers must not come again.
_SKIPPED = 1_000_000
_ZEROS = bytes(2**18)
#: Seconds until the next attempt after the file system had no room.
_PATIENCE = 1.0


def write_all(fd: int, data: bytes, place: int) -> None:
    """Write the bytes at the place, in as many calls as the file system takes. Raises OSError."""
    written = 0
    while written < len(data):
        written += os.pwrite(fd, data[written:], place + written)


class File:
    """The file that is being written."""

    def __init__(self, path: Path, header: Header) -> None:
        self.header = header
        self.fd = os.open(path, os.O_WRONLY)
        self.size = os.fstat(self.fd).st_size
        #: Where the next group begins.
        self.end = HEADER_SIZE


class Ring:
    """The files in the folder. All methods may be called from any thread.

    Zeros are written into new files: in a file that only has its space reserved, the first write of
    each part would cost a commit of the file system's own journal.
    """

    def __init__(self, folder: Path, file_size: int, files: int) -> None:
        self.file_size = file_size
        #: The sequence up to which this process released the groups.
        self.released = 0
        self._folder = folder
        self._files = files
        self._lock = Lock()
        self._tried = -_PATIENCE
        with suppress(FileNotFoundError):
            self._new.unlink()
        # Used files, valid or not, and then those that are ready.
        self._used: list[tuple[int, Header | None]] = []
        self._spares: deque[int] = deque()
        self._number = 0
        self._open()

    @property
    def _new(self) -> Path:
        return self._folder / "new"

    def _open(self) -> None:
        found = numbers(self._folder)
        valid = {number: read_header(self._folder / file_name(number)) for number in found}
        last = next((header for number in reversed(found) if (header := valid[number])), None)
        self.identity = last.identity if last else secrets.token_bytes(16)
        #: The sequence of the last whole group, and the first one to be given.
        self.sequence, self.next = self._end(last) if last else (0, 1)
        end = last.number if last else 0
        if last is not None and last.follows == self.sequence:
            # The last file has no group, so it is written again.
            end -= 1
        for number in found:
            header = valid[number]
            if number > end:
                self._spare(number)
            else:
                mine = header is not None and header.identity == self.identity
                self._used.append((number, header if mine else None))
                self._number = number
        self._sync_folder()

    def _end(self, last: Header) -> tuple[int, int]:
        """The sequence of the last whole group, and the one to go on with."""
        reader = Reader(self._folder, last)
        try:
            while reader.read() is not None:
                pass
        finally:
            reader.close()
        found = reader.next > last.first
        return (reader.next - 1 if found else last.follows), reader.next + _SKIPPED

    def _spare(self, number: int) -> None:
        """Keep the file for later, under the number after the highest one."""
        path = self._folder / file_name(number)
        if len(self._spares) + 1 >= self._files or path.stat().st_size != self.file_size:
            path.unlink()
            return
        path.rename(self._folder / file_name(self._number + 1))
        self._number += 1
        self._spares.append(self._number)

    def spares(self) -> int:
        """The number of files that are ready."""
        return len(self._spares)

    def prepare(self) -> bool:
        """Free files that the database no longer needs, and make sure that one is ready.

        Returns False if there is no room in the file system.
        """
        with self._lock:
            return self._prepare()

    def _prepare(self) -> bool:
        try:
            self._free()
            if self._spares:
                return True
            if monotonic() < self._tried + _PATIENCE:
                return False
            self._make()
        except OSError:
            self._tried = monotonic()
            return False
        return True

    def _free(self) -> None:
        done = max(self.released, released(self._folder, self.identity))
        freed = 0
        for index, (_, header) in enumerate(self._used):
            if header is not None and header.follows <= done:
                freed = index
        for _ in range(freed):
            self._spare(self._used[0][0])
            del self._used[0]
        if freed:
            self._sync_folder()

    def _make(self) -> None:
        number = self._number + 1
        try:
            with self._new.open("xb", buffering=0) as file:
                os.fchmod(file.fileno(), 0o600)
                left = self.file_size
                while left:
                    left -= file.write(_ZEROS[:left]) or 0
                os.fsync(file.fileno())
            self._new.rename(self._folder / file_name(number))
        except OSError:
            with suppress(OSError):
                self._new.unlink()
            raise
        self._number = number
        self._spares.append(number)
        self._sync_folder()

    def _sync_folder(self) -> None:
        fd = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def take(self, first: int, follows: int) -> File | None:
        """The next file, for groups from ``first`` on; None if there is no room for it.

        Its header is written, but not synced. Raises OSError, and then the file stays ready.
        """
        with self._lock:
            if not self._spares and not self._prepare():
                return None
            number = self._spares[0]
            header = Header(self.identity, number, first, follows, secrets.randbits(32))
            file = File(self._folder / file_name(number), header)
            try:
                write_all(file.fd, header.pack(), 0)
            except OSError:
                os.close(file.fd)
                raise
            self._spares.popleft()
            self._used.append((number, header))
            return file
