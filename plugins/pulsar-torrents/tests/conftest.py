"""Torrents created by libtorrent, and members who upload them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import libtorrent
import pytest

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

PIECE_LENGTH = 16 * 1024
FLAGS = {
    "v1": libtorrent.create_torrent.v1_only,
    "hybrid": 0,
    "v2": libtorrent.create_torrent.v2_only,
}
#: "a.flac" has two pieces, so that a v2 torrent has a piece layer.
FILES = {"a.flac": 20_000, "read me.txt": 10}


@pytest.fixture
def make_torrent(tmp_path: Path) -> Callable[..., bytes]:
    """``make_torrent("Album", version="v2")``: a private .torrent, a different one for each name.

    Other keywords are added to its info dictionary.
    """

    def make(
        name: str = "Album",
        files: Mapping[str, int] = FILES,
        *,
        version: str = "v1",
        private: bool = True,
        **info: Any,
    ) -> bytes:
        folder = tmp_path / "shared" / name
        for path, size in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes((f"{name}/{path}".encode() * size)[:size])
        entries = sorted(libtorrent.list_files(str(folder)), key=lambda entry: entry.filename)
        creator = libtorrent.create_torrent(entries, PIECE_LENGTH, FLAGS[version])
        creator.set_priv(private)
        creator.add_tracker("http://elsewhere.example/announce")
        creator.set_comment("from elsewhere")
        libtorrent.set_piece_hashes(creator, str(folder.parent))
        root = creator.generate()
        root[b"info"].update({key.encode(): value for key, value in info.items()})
        return bytes(libtorrent.bencode(root))

    return make


@pytest.fixture
def upload(make_torrent: Callable[..., bytes]) -> Callable[..., Any]:
    """``upload(client, "Album", tags="x")``: upload a torrent; return the body of the response."""

    def send(
        client: Client,
        name: str = "Album",
        *,
        data: bytes | None = None,
        status: int | None = 201,
        **fields: str,
    ) -> Any:
        data = make_torrent(name) if data is None else data
        form = {"category": "other", **fields}
        answer = client.upload("/torrents", form, [("file", "x.torrent", data)], status=status)
        return answer.json["response"] if status == 201 else answer.json

    return send


@pytest.fixture
def moderator(client: Client, factory: Factory) -> Client:
    """A client with the key of a member who may edit and delete all torrents."""
    user = factory.user("moderator", grants=("torrents_modify", "torrents_delete"))
    return client.as_key(factory.key(user))


@pytest.fixture
def other(client: Client, factory: Factory) -> Client:
    """A client with the key of a second ordinary member."""
    return client.as_key(factory.key(factory.user("other")))


@pytest.fixture
def join() -> Callable[..., Client]:
    """``join(app, "bob")``: a client with the key of a new member of the application's site."""

    def make(app: Any, username: str = "member", **kwargs: Any) -> Client:
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            return Client(app, factory.key(factory.user(username, **kwargs)))

    return make
