"""Torrents of every version, created by libtorrent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import libtorrent
import pytest
from fastbencode import bdecode

PIECE_LENGTH = 64 * 1024
FLAGS = {
    "v1": libtorrent.create_torrent.v1_only,
    "hybrid": 0,
    "v2": libtorrent.create_torrent.v2_only,
}
# "a.flac" has 3 pieces and "d.flac" 5, so their merkle trees must be padded.
CONTENT = {
    "album/a.flac": 150_000,
    "album/live/c.txt": 10,
    "album/live/d.flac": 300_000,
    "album/live/empty.txt": 0,
    "one.iso": 70_000,
}


def make(path: Path, version: str) -> bytes:
    """Return a .torrent of a file or a folder, created by libtorrent."""
    files = sorted(libtorrent.list_files(str(path)), key=lambda entry: entry.filename)
    creator = libtorrent.create_torrent(files, PIECE_LENGTH, FLAGS[version])
    creator.add_tracker("http://example.org/announce")
    creator.set_comment("uploaded")
    libtorrent.set_piece_hashes(creator, str(path.parent))
    return bytes(libtorrent.bencode(creator.generate()))


@pytest.fixture(scope="session")
def torrents(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """Torrents by content ("album", a folder, or "one.iso", a file) and version."""
    folder = tmp_path_factory.mktemp("content")
    for name, size in CONTENT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((name.encode() * size)[:size])
    return {(c, v): make(folder / c, v) for c in ("album", "one.iso") for v in FLAGS}


@pytest.fixture
def decoded(torrents: dict[tuple[str, str], bytes]) -> Callable[..., Any]:
    """Return a torrent's root dictionary, which tests then damage."""

    def decode(content: str, version: str) -> Any:
        return bdecode(torrents[content, version])

    return decode
