"""Content to share, and .torrent files created from it by public tools."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import libtorrent

# Nothing listens here: the site puts its own announce URL into every download.
ANNOUNCE = "http://127.0.0.1:9/announce"
PIECE_LENGTH_LOG2 = 15


def make_content(parent: Path, name: str) -> Path:
    """Create a folder `name` with three files of new random bytes, 3,000,004 in total."""
    content = parent / name
    (content / "déjà vu").mkdir(parents=True)
    (content / "first.iso").write_bytes(os.urandom(1_700_001))
    (content / "déjà vu" / "second.iso").write_bytes(os.urandom(1_299_999))
    (content / "read me.txt").write_bytes(os.urandom(4))
    return content


def read_content(content: Path) -> dict[str, bytes]:
    """Return every file's bytes by relative path, without the padding files of hybrid torrents."""
    return {
        path.relative_to(content).as_posix(): path.read_bytes()
        for path in content.rglob("*")
        if path.is_file() and ".pad" not in path.parts
    }


def make_v1(content: Path) -> bytes:
    """Return a private v1 torrent, created by mktorrent."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "made.torrent")
        options = ["-p", "-a", ANNOUNCE, "-l", str(PIECE_LENGTH_LOG2), "-o", str(output)]
        command = ["mktorrent", *options, str(content)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return output.read_bytes()


def make_hybrid(content: Path) -> bytes:
    """Return a private torrent for v1 and v2 clients (BEP 52), created by libtorrent."""
    return _make_by_libtorrent(content, 0)


def make_v2(content: Path) -> bytes:
    """Return a private torrent for v2 clients only (BEP 52), created by libtorrent."""
    return _make_by_libtorrent(content, libtorrent.create_torrent.v2_only)


def info_hashes(torrent: bytes) -> tuple[str, str]:
    """Return the v1 and v2 info-hashes in hexadecimal; a missing one is all zeros."""
    hashes = libtorrent.load_torrent_buffer(torrent).info_hashes
    return str(hashes.v1), str(hashes.v2)


def announce_urls(torrent: bytes) -> list[str]:
    """Return all trackers of a .torrent file."""
    return list(libtorrent.load_torrent_buffer(torrent).trackers)


def _make_by_libtorrent(content: Path, flags: int) -> bytes:
    files = libtorrent.list_files(str(content))
    maker = libtorrent.create_torrent(files, 2**PIECE_LENGTH_LOG2, flags)
    maker.set_priv(True)
    maker.add_tracker(ANNOUNCE)
    libtorrent.set_piece_hashes(maker, str(content.parent))
    return libtorrent.bencode(maker.generate())
