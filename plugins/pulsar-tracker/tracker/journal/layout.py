"""The folder of a journal: names of its files, their headers, and groups of records.

Files are numbered in the order in which they are written. Each begins with a header, and groups
follow it. A file that the database no longer needs is renamed to a higher number and written again
from its beginning; what is left of its former groups is not valid with the salt of the new header.
"""

from __future__ import annotations

import os
import re
import struct
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from .record import RECORD

#: Its end is the version of the form of files; the size of records is a part of that too.
_MAGIC = b"PULSARJ1"

#: Length of the records in bytes, CRC-32, sequence.
GROUP = struct.Struct("<IIQ")
_CHECKED = struct.Struct("<IQ")
_HEADER = struct.Struct("<8sI16sQQQI4xI")
HEADER_SIZE = _HEADER.size
_CRC = struct.Struct("<I")
_NAME = re.compile(r"(\d{16})\.journal", re.ASCII)
#: The file in which another process says what it has released.
_RELEASED = "released"


class JournalError(Exception):
    """The journal cannot be used. The message is one sentence with the remedy."""


class JournalInUse(JournalError):
    """Another process writes the journal."""


class Header(NamedTuple):
    """The beginning of a file.

    ``first`` is the sequence of its first group, and ``follows`` that of the last group before it.
    They need not be neighbours: each opening of the journal skips numbers.
    """

    identity: bytes
    number: int
    first: int
    follows: int
    salt: int

    def pack(self) -> bytes:
        packed = _HEADER.pack(_MAGIC, RECORD.size, *self, 0)[: -_CRC.size]
        return packed + _CRC.pack(crc32(packed))


def unpack_header(data: bytes) -> Header | None:
    """The header, or None if it is not valid. Raises JournalError for that of another version."""
    if len(data) < HEADER_SIZE:
        return None
    magic, size, *values, check = _HEADER.unpack_from(data)
    if crc32(data[: HEADER_SIZE - _CRC.size]) != check:
        return None
    if (magic, size) != (_MAGIC, RECORD.size):
        raise JournalError(
            "The journal is of another version of Pulsar: start that one until the database has "
            "everything, or move the folder of the journal away."
        )
    return Header(*values)


def read_header(path: Path) -> Header | None:
    """The header of a file, or None if there is none, or if it is of a former use of the file."""
    try:
        with path.open("rb") as file:
            header = unpack_header(file.read(HEADER_SIZE))
    except FileNotFoundError:
        return None
    return header if header is not None and path.name == file_name(header.number) else None


def file_name(number: int) -> str:
    return f"{number:016d}.journal"


def numbers(folder: Path) -> list[int]:
    """The numbers of the files in the folder, in ascending order."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted(int(match[1]) for name in names if (match := _NAME.fullmatch(name)))


def headers(folder: Path) -> list[Header]:
    """The valid headers of the newest journal in the folder, in the order of their files."""
    paths = (folder / file_name(number) for number in numbers(folder))
    found = [header for path in paths if (header := read_header(path)) is not None]
    return [header for header in found if header.identity == found[-1].identity]


def read_identity(folder: Path) -> str | None:
    """The identity of the journal in the folder, or None if nothing has opened it yet."""
    for number in reversed(numbers(folder)):
        header = read_header(folder / file_name(number))
        if header is not None:
            return header.identity.hex()
    return None


def pack_group(sequence: int, records: bytes | bytearray, salt: int) -> bytes:
    return GROUP.pack(len(records), checksum(sequence, records, salt), sequence) + records


def checksum(sequence: int, records: bytes | bytearray, salt: int) -> int:
    return crc32(records, crc32(_CHECKED.pack(len(records), sequence), salt))


def release(folder: Path, sequence: int) -> None:
    """Tell the process that writes the journal that the database has everything up to a group."""
    identity = read_identity(folder)
    temporary = folder / f"{_RELEASED}.new"
    temporary.write_text(f"{identity} {sequence}\n")
    temporary.replace(folder / _RELEASED)


def released(folder: Path, identity: bytes) -> int:
    """The sequence that another process has released, or 0."""
    with suppress(OSError, ValueError):
        whose, sequence = (folder / _RELEASED).read_text().split()
        if whose == identity.hex():
            return int(sequence)
    return 0
