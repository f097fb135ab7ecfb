"""Valid .torrent files of works that do not exist; their hashes belong to no content."""

from __future__ import annotations

from random import Random

from pulsar.populate.material import title

from ..metainfo.bencode import Dictionary, Value, encode

_MIB = 2**20
#: The maximum number of piece hashes, which keeps the files small.
_MAX_PIECES = 200
_LONGEST_PIECE = 64 * _MIB
_EXTENSIONS = ("flac", "iso", "mkv", "ogg", "webm")


def make(chance: Random, name: str, *, private: bool, source: str) -> bytes:
    """Return a .torrent file with this name: one in ten hybrid, one in ten v2, all others v1."""
    kind = chance.random()
    info = _small(chance, name, v1=kind < 0.1) if kind < 0.2 else _large(chance, name)
    if private:
        info[b"private"] = 1
    if source:
        info[b"source"] = source.encode()
    root: Dictionary = {b"announce": b"http://elsewhere.example/announce", b"info": info}
    if b"meta version" in info:
        # Each file has only one piece, so there are no layers.
        root[b"piece layers"] = {}
    return encode(root)


def _large(chance: Random, name: str) -> Dictionary:
    """Return a v1 info dictionary (BEP 3) of one file, or of a folder."""
    if chance.random() < 0.5:
        size = chance.randint(50 * _MIB, 8192 * _MIB)
        shape: Dictionary = {b"length": size}
    else:
        files, size = _folder(chance)
        shape = {b"files": files}
    length = piece_length(size)
    return {
        **shape,
        b"name": name.encode(),
        b"piece length": length,
        b"pieces": chance.randbytes(20 * -(-size // length)),
    }


def _folder(chance: Random) -> tuple[list[Value], int]:
    """Return a list of numbered files and a text file, and their total size."""
    extension = chance.choice(_EXTENSIONS)
    files: list[Value] = []
    size = 0
    for number in range(1, chance.randint(2, 15)):
        length = chance.randint(_MIB, 400 * _MIB)
        path: list[Value] = [f"{number:02} {title(chance)}.{extension}".encode()]
        files.append({b"length": length, b"path": path})
        size += length
    about: list[Value] = [b"info", b"read me.txt"]
    files.append({b"length": 512, b"path": about})
    return files, size + 512


def _small(chance: Random, name: str, *, v1: bool) -> Dictionary:
    """Return a v2 info dictionary (BEP 52) of one file of one piece; with ``v1``, a hybrid one."""
    size = chance.randint(_MIB, 16 * _MIB)
    file: Dictionary = {b"length": size, b"pieces root": chance.randbytes(32)}
    info: Dictionary = {
        b"file tree": {name.encode(): {b"": file}},
        b"meta version": 2,
        b"name": name.encode(),
        b"piece length": 16 * _MIB,
    }
    if v1:
        info |= {b"length": size, b"pieces": chance.randbytes(20)}
    return info


def piece_length(size: int) -> int:
    """Return the shortest usual piece length, in bytes, that makes few enough pieces."""
    length = _MIB
    while length < _LONGEST_PIECE and size > length * _MAX_PIECES:
        length *= 2
    return length
