"""Torrents for tests, and examples for tests that walk the API."""

from __future__ import annotations

from typing import Any

from fastbencode import bencode  # type: ignore[attr-defined]

from pulsar.testing.client import Client
from pulsar.testing.examples import Examples, Form
from pulsar.testing.site_model import World

from .models import TorrentFile

PIECE_LENGTH = 16 * 1024

examples = Examples()


def torrent_file(name: str, **info: Any) -> bytes:
    """Return a private v1 .torrent with one file. Different names have different info-hashes."""
    described: dict[bytes, Any] = {
        b"length": 2 * PIECE_LENGTH,
        b"name": name.encode(),
        b"piece length": PIECE_LENGTH,
        b"pieces": bytes(40),
        b"private": 1,
    }
    described.update({key.replace("_", " ").encode(): value for key, value in info.items()})
    root = {b"announce": b"http://elsewhere.example/announce", b"info": described}
    return bytes(bencode(root))


def upload(client: Client, name: str) -> int:
    """Upload a torrent and return its id."""
    form = {"category": "other", "title": name, "tags": "linux,live.cd"}
    file = ("file", "any.torrent", torrent_file(name))
    answer = client.upload("/torrents", form, [file], status=201)
    upload_id: int = answer.json["response"]["id"]
    return upload_id


@examples.parameter("torrent_id")
def torrent_id(world: World) -> int:
    return upload(world.owner.client, "Owned")


@examples.body("POST /torrents")
def form(world: World) -> Form:
    fields = {"category": "other", "title": "New", "tags": "linux, bsd", "description": "**New**"}
    return Form(fields, {"file": ("any.torrent", torrent_file("New"))})


@examples.body("PUT /torrents/{torrent_id}")
def changes(world: World) -> dict[str, Any]:
    """Return new values of all fields that can be edited."""
    return {"category": "other", "title": "Edited", "description": "Edited.", "tags": "minix"}


@examples.items("/torrents")
def torrents(world: World, amount: int) -> None:
    """Create torrents of different uploaders."""
    for _ in range(amount):
        upload(world.person().client, f"Torrent {world.number()}")


@examples.items("/torrents/{torrent_id}/files")
def files(world: World, amount: int) -> None:
    """Create files in addition to the torrent's first one."""
    owned = world.once(torrent_id)
    for _ in range(amount):
        number = world.number()
        path = f"folder/{number}.iso"
        world.db.add(TorrentFile(torrent_id=owned, number=number, path=path, size=1))
    world.db.commit()
