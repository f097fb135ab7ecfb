"""A site for benchmarks: an SQLite file with members, torrents and swarms, the same in each run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

# Typed, but its names are not marked as exported.
from fastbencode import bdecode, bencode  # type: ignore[attr-defined]

from pulsar import main
from pulsar.configuration import make_configurator
from pulsar.db import migrations
from pulsar.interfaces import IDatabase
from pulsar.lifecycle import AppClosing
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

from .load import LoadError

TORRENTS = 200
MEMBERS = 20
#: The number of torrents in every member's client; half of the members seed, the others leech.
SWARMS = 10
FILES = 8
PIECE = 1 << 18
FILE_SIZE = 4 * PIECE

_WORDS = ("amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty")


@dataclass(frozen=True, slots=True)
class Member:
    """A member's API key, and the path and query of a usual announce of their client."""

    key: str
    announce: str


def settings(folder: Path, plugins: str = "torrents tracker") -> dict[str, str]:
    """Return the settings of the site's ini file, which are the same in each run."""
    return {
        "sqlalchemy.url": f"sqlite:///{folder}/site.sqlite",
        "pulsar.plugins": plugins,
        "pulsar.secret": "only a benchmark knows this secret",
        "pulsar.rate_limits": "false",
        "pulsar.log_level": "WARNING",
        **({"tracker.jitter": "0"} if "tracker" in plugins else {}),
    }


def migrate(options: dict[str, str]) -> None:
    """Create the tables."""
    config = make_configurator(options)
    config.commit()
    migrations.upgrade(config.registry)
    config.registry.getUtility(IDatabase).engine.dispose()


@contextmanager
def application(options: dict[str, str]) -> Iterator[Any]:
    """Yield the WSGI application in this process, and close it afterwards."""
    app = main({}, **options)
    try:
        yield app
    finally:
        app.registry.notify(AppClosing(app.registry))
        app.registry.getUtility(IDatabase).engine.dispose()


def fill(folder: Path, advance: Callable[[], None]) -> list[Member]:
    """Create the site's database; return its members. ``advance`` is called after each torrent."""
    options = settings(folder)
    migrate(options)
    with application(options) as app:
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            keys = [factory.key(factory.user()) for _ in range(MEMBERS)]
        clients = [Client(app, key) for key in keys]
        chance = random.Random(1)
        for number in range(TORRENTS):
            _upload(clients[number % MEMBERS], number, chance)
            advance()
        return [
            _join(client, key, number)
            for number, (client, key) in enumerate(zip(clients, keys, strict=True))
        ]


def _upload(client: Client, number: int, chance: random.Random) -> None:
    name = " ".join(chance.sample(_WORDS, 4))
    files = [
        {b"length": FILE_SIZE, b"path": [b"part %02d.bin" % number]} for number in range(FILES)
    ]
    info = {
        b"files": files,
        b"name": f"{name} {number}".encode(),
        b"piece length": PIECE,
        b"pieces": chance.randbytes(20 * FILES * FILE_SIZE // PIECE),
        b"private": 1,
    }
    client.upload(
        "/torrents",
        {
            "category": "other",
            "title": name.title(),
            "tags": ", ".join(chance.sample(_WORDS, 3)),
            "description": f"{name}. " * 20,
        },
        [("file", f"{number}.torrent", bencode({b"info": info}))],
        status=201,
    )


def _join(client: Client, key: str, number: int) -> Member:
    """Announce the member's client to the swarms, to the first one twice."""
    left = 0 if number % 2 else FILE_SIZE
    queries = []
    for torrent_id in range(1, SWARMS + 1):
        decoded = bdecode(client.get(f"/torrents/{torrent_id}/download", status=200).body)
        info_hash = client.get(f"/torrents/{torrent_id}", status=200).json["response"]["info_hash"]
        path = urlsplit(decoded[b"announce"].decode()).path
        queries.append(
            f"{path}?info_hash={quote(bytes.fromhex(info_hash))}&peer_id=-PU0100-{number:012d}"
            f"&port={20_000 + number}&uploaded=0&downloaded=0&left={left}&compact=1"
        )
        # Without this, the client has no address.
        joined = client.get(f"{queries[-1]}&event=started", status=200, remote_addr="127.0.0.1")
        if b"failure reason" in joined.body:
            raise LoadError(f"The tracker answered {joined.body!r}.")
    return Member(key, queries[0])
