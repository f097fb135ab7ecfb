"""Fields that v1 and v2 file entries share."""

from __future__ import annotations

from .bencode import Dictionary
from .errors import MetainfoError, quote
from .model import File

MAX_SIZE = 2**63 - 1


def read_length(entry: Dictionary, path: str) -> int:
    """Return a file's size in bytes."""
    length = entry.get(b"length")
    if not isinstance(length, int) or length < 0:
        raise MetainfoError("bad_length", f"The length of {quote(path)} is not a number of bytes.")
    return length


def read_is_padding(entry: Dictionary) -> bool:
    """Return whether a file is padding (BEP 47); refuse symbolic links.

    The target of a link would be another path to check, and clients need no links to share a file.
    """
    attr = entry.get(b"attr", b"")
    if not isinstance(attr, bytes):
        raise MetainfoError("bad_attr", "A file's attributes are not a string.")
    if b"l" in attr:
        raise MetainfoError("symlink", "The torrent contains a symbolic link.")
    return b"p" in attr


def too_many_files(max_files: int) -> MetainfoError:
    """Return the error for a torrent with more files than the limit."""
    return MetainfoError("too_many_files", f"The torrent has more than {max_files} files.")


def total_size(files: list[File], max_files: int) -> int:
    """Return the size of all files; their number must be between one and the limit."""
    if len(files) > max_files:
        raise too_many_files(max_files)
    size = sum(file.size for file in files)
    if not files:
        raise MetainfoError("empty_file_list", "The torrent's file list is empty.")
    if size == 0:
        raise MetainfoError("empty", "The torrent's files are all empty.")
    if size > MAX_SIZE:
        raise MetainfoError("too_big", "The torrent's files are together larger than 2^63-1 bytes.")
    return size
