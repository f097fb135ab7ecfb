"""The limits of .torrent files, and their parsed content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Version = Literal["v1", "hybrid", "v2"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a .torrent file: lengths in bytes, paths in characters.

    `max_path` limits the folder (the torrent's name), the slash and the path in the folder
    together. `max_values` limits the number of lists, dictionaries and integers, and so the memory
    for decoding. It is compared with the number of "e" bytes, which is never lower.
    """

    max_size: int = 10 * 1024**2
    max_files: int = 20_000
    min_piece_length: int = 16 * 1024
    max_piece_length: int = 64 * 1024**2
    max_path: int = 255
    max_depth: int = 100
    max_values: int = 1_000_000


class File(NamedTuple):
    """One file of a torrent: its path inside the torrent, joined with "/", and its size."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Metainfo:
    """A checked torrent.

    `files` and `size` exclude padding files. `info` is the bencoded info dictionary to store, and
    `piece_layers` the bencoded value next to it (v2 and hybrid only). `rehashed` means that `info`
    differs from the uploaded one, so the uploader must download the torrent again. If `multi_file`
    is true, the files are in a folder called `name`.
    """

    name: str
    files: tuple[File, ...]
    size: int
    piece_length: int
    private: bool
    source: str | None
    info_hash: bytes | None
    info_hash_v2: bytes | None
    version: Version
    info: bytes
    piece_layers: bytes | None
    rehashed: bool
    multi_file: bool
