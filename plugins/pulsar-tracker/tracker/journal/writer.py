"""Writing the journal: groups of records, on disk before the announces are answered."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Literal, TypeAlias

import structlog

from .layout import GROUP, HEADER_SIZE, JournalError, JournalInUse, pack_group
from .record import RECORD
from .ring import File, Ring, write_all

log = structlog.get_logger(__name__)

#: "always": a commit returns when the disk has the group. A number: the disk has it at most so many
#: seconds later.
Sync: TypeAlias = Literal["always"] | float

FILE_SIZE = 4 * 2**20
FILES = 2
#: Seconds until the next attempt after a write that failed.
_PATIENCE = 1.0


class Journal:
    """Writes the journal in a folder, as the only one.

    One thread at a time may append and commit; ``release`` may be called from any thread. The
    folder begins with ``files`` files of ``file_size`` bytes, and gets more while the database is
    behind.
    """

    def __init__(
        self,
        folder: Path,
        sync: Sync,
        *,
        file_size: int = FILE_SIZE,
        files: int = FILES,
    ) -> None:
        """Raises JournalError if the folder cannot be written, or is another process's."""
        self._always = sync == "always"
        self._interval = 0.0 if sync == "always" else sync
        try:
            self._lock = _lock(folder)
            try:
                self._ring = Ring(folder, file_size, files)
            except BaseException:
                os.close(self._lock)
                raise
        except OSError as error:
            raise JournalError(
                f"The journal cannot be written in {folder} ({error.strerror}): let the user of "
                "this process write there, or name another folder in tracker.journal."
            ) from error
        self.identity = self._ring.identity.hex()
        #: The last group that was written.
        self.sequence = self._ring.sequence
        self._next = self._ring.next
        self._records = bytearray()
        #: A group that has its place and its number, and that is not written yet.
        self._sealed: tuple[File, int, bytes] | None = None
        self._file: File | None = None
        self._limit = 0
        #: The bytes of records that an empty file has room for.
        self._most = _records(file_size - HEADER_SIZE)
        self._retry_at: float | None = None
        self._unsynced = False
        self._sync_failed = False
        self._completed: list[File] = []
        self._prepare_due = True
        self._wake, self._closing = Event(), Event()
        try:
            self._roll()
        except OSError as error:
            log.warning("journal has no room", folder=str(folder), error=str(error))
        self._thread = Thread(target=self._run, name="tracker journal", daemon=True)
        self._thread.start()
        self._wake.set()

    def append(self, record: bytes) -> None:
        """Add a record to the open group."""
        if len(record) != RECORD.size:
            raise ValueError(f"A record has {RECORD.size} bytes, not {len(record)}.")
        self._records += record

    def commit(self) -> int:
        """Write the open group, and return the sequence of the last group.

        Raises OSError; the group is then written by the next commit.
        """
        if self._records or self._sealed is not None:
            self._write()
        return self.sequence

    def full(self) -> bool:
        """Whether announces must be refused, since there may be no room for their records.

        After a commit that failed, the group is written here again, once a second.
        """
        if self._retry_at is not None:
            if monotonic() < self._retry_at:
                return True
            try:
                self.commit()
            except OSError:
                return True
        if len(self._records) < self._limit:
            return False
        self._measure()
        if len(self._records) >= self._limit and self._ring.prepare():
            self._measure()
        return len(self._records) >= self._limit

    def release(self, sequence: int) -> None:
        """The database has every group up to this one, so that their files may be used again."""
        if sequence > self._ring.released:
            self._ring.released = sequence
            self._prepare_due = True
            self._wake.set()

    def close(self) -> None:
        """Write the open group, and let other processes have the journal. Raises OSError."""
        if self._closing.is_set():
            return
        try:
            self.commit()
        finally:
            self._closing.set()
            self._wake.set()
            self._thread.join()
            if self._file is not None:
                self._completed.append(self._file)
            try:
                self._sync_completed()
            finally:
                os.close(self._lock)

    def _write(self) -> None:
        try:
            while self._sealed is not None or self._records:
                if self._sealed is None:
                    self._sealed = self._seal()
                self._write_sealed(*self._sealed)
                self._sealed = None
        except OSError:
            self._retry_at = monotonic() + _PATIENCE
            raise
        self._retry_at = None

    def _seal(self) -> tuple[File, int, bytes]:
        """Give the open group a place and a number; only one larger than a file is divided."""
        file = self._file
        if file is None or _room(file) < min(len(self._records), self._most):
            file = self._roll()
        room = _room(file)
        place = file.end
        group = pack_group(self._next, self._records[:room], file.header.salt)
        del self._records[:room]
        file.end += len(group)
        self._next += 1
        self._measure()
        return file, place, group

    def _write_sealed(self, file: File, place: int, group: bytes) -> None:
        """Write the group, again if need be: after a failed sync the disk may lack it."""
        if self._sync_failed:
            os.fdatasync(file.fd)
            self._sync_failed = False
        write_all(file.fd, group, place)
        if self._always:
            os.fdatasync(file.fd)
        elif not self._unsynced:
            self._unsynced = True
            self._wake.set()
        self.sequence = self._next - 1

    def _roll(self) -> File:
        """Go on in the next file. Raises OSError if there is none."""
        file = self._ring.take(self._next, self.sequence)
        if file is None:
            raise OSError(errno.ENOSPC, "There is no room for another file of the journal")
        if self._file is not None:
            self._completed.append(self._file)
        self._file = file
        self._prepare_due = True
        self._measure()
        self._wake.set()
        return file

    def _measure(self) -> None:
        """How many bytes of records surely have room."""
        self._limit = max(_room(self._file), self._ring.spares() * self._most)

    def _run(self) -> None:
        """Sync what was written, and prepare the next file."""
        while not self._closing.is_set():
            self._wake.wait()
            self._wake.clear()
            self._closing.wait(self._interval)
            self._unsynced = False
            try:
                # First, so that no file is missed that is completed meanwhile.
                if not self._always and self._file is not None:
                    os.fdatasync(self._file.fd)
                self._sync_completed()
            except OSError as error:
                self._sync_failed = True
                log.error("journal not synced", error=str(error))
            if self._prepare_due:
                self._prepare_due = False
                self._ring.prepare()

    def _sync_completed(self) -> None:
        while self._completed:
            file = self._completed.pop()
            try:
                os.fdatasync(file.fd)
            finally:
                os.close(file.fd)


def _records(space: int) -> int:
    """The bytes of whole records in one group that fits into the space."""
    return max(0, (space - GROUP.size) // RECORD.size) * RECORD.size


def _room(file: File | None) -> int:
    return _records(file.size - file.end) if file is not None else 0


def _lock(folder: Path) -> int:
    """Lock the folder for this process, and make it if it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        if not isinstance(error, BlockingIOError):
            raise
        raise JournalInUse(
            f"Another process writes the journal in {folder}: stop it, or name another folder in "
            "tracker.journal."
        ) from error
    return fd
