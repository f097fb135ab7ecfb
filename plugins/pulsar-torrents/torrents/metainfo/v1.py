"""The v1 part of an info dictionary (BEP 3, BEP 47)."""

from __future__ import annotations

from dataclasses import dataclass

from .bencode import Dictionary, Value
from .errors import Faults, MetainfoError
from .fields import read_is_padding, read_length, too_many_files
from .model import File, Limits
from .paths import read_path, refuse_alias

HASH_SIZE = 20
# BitComet's padding files have no attribute; clients recognise them by this name.
_BITCOMET_PADDING = "_____padding_file_"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a v1 torrent.

    If it is `aligned`, its pieces are those of a v2 torrent (BEP 52): each non-empty file begins at
    the start of a piece, and padding only fills the last piece of the previous file.
    """

    files: list[File]
    multi_file: bool
    aligned: bool


def read_v1(
    info: Dictionary, name: str, piece_length: int | None, limits: Limits, faults: Faults
) -> Layout:
    """Read the files, and check that `pieces` has a hash for each of their pieces."""
    if b"files" in info and b"length" in info:
        raise MetainfoError(
            "length_and_files", "The torrent has both one file's length and a list of files."
        )
    if b"files" in info:
        layout, total = _read_list(info[b"files"], piece_length or 1, limits, faults)
    elif b"length" in info:
        total = read_length(info, name)
        files = [] if read_is_padding(info) else [File(name, total)]
        layout = Layout(files, multi_file=False, aligned=True)
    else:
        raise MetainfoError("missing_files", "The torrent has neither a length nor a file list.")
    if piece_length is not None and not faults:
        faults.attempt(_check_pieces, info.get(b"pieces"), total, piece_length)
    return layout


def _read_list(
    entries: Value, piece_length: int, limits: Limits, faults: Faults
) -> tuple[Layout, int]:
    if not isinstance(entries, list):
        raise MetainfoError("bad_file_list", "The torrent's file list is not a list.")
    # There is at most one padding file for each file.
    if len(entries) > 2 * limits.max_files:
        raise too_many_files(limits.max_files)
    files = []
    offset = 0
    aligned = True
    for entry in entries:
        try:
            padding, path, size = _read_entry(entry)
        except MetainfoError as error:
            faults.add(error)
            continue
        gap = -offset % piece_length
        if padding or path.rpartition("/")[2].startswith(_BITCOMET_PADDING):
            aligned = aligned and size == gap != 0
        else:
            files.append(File(path, size))
            aligned = aligned and (size == 0 or gap == 0)
        offset += size
    return Layout(files, multi_file=True, aligned=aligned), offset


def _read_entry(entry: Value) -> tuple[bool, str, int]:
    """Return whether the entry is padding, its path and its size in bytes."""
    if not isinstance(entry, dict):
        raise MetainfoError("bad_file_list", "An entry of the file list is not a dictionary.")
    padding = read_is_padding(entry)
    refuse_alias(entry, b"path")
    # According to BEP 47, a padding file need not have a path.
    path = "" if padding and b"path" not in entry else read_path(entry.get(b"path", []))
    return padding, path, read_length(entry, path)


def _check_pieces(pieces: Value | None, total: int, piece_length: int) -> None:
    if not isinstance(pieces, bytes):
        raise MetainfoError("missing_pieces", "The torrent has no piece hashes.")
    if len(pieces) % HASH_SIZE:
        raise MetainfoError(
            "bad_pieces", f"The piece hashes are not a multiple of {HASH_SIZE} bytes."
        )
    count = len(pieces) // HASH_SIZE
    # Rounded up with integers: a float would be inexact for large torrents.
    needed = -(-total // piece_length)
    if count != needed:
        raise MetainfoError(
            "wrong_piece_count",
            f"The torrent has {count} piece hashes, but its files need {needed}.",
        )
