"""Sites with torrents, and clients that announce to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from itertools import count
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from fastbencode import bdecode, bencode
from sqlalchemy import select
from sqlalchemy.orm import Session
from webtest import TestApp

from pulsar.interfaces import ICache, IDatabase, ISecrets
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from torrents.models import Group, Torrent
from tracker.interfaces import ITracker
from tracker.models import PeerRow, SnatchRow
from tracker.service import Tracker


@pytest.fixture(autouse=True)
def fresh_tracker(request: pytest.FixtureRequest) -> None:
    """A tracker without swarms for each test that is rolled back: its ids come again."""
    if "db" in request.fixturenames:
        registry = request.getfixturevalue("registry")
        tracker = Tracker(registry)
        registry.registerUtility(tracker, ITracker)
        request.getfixturevalue("db")
        tracker.load()


@pytest.fixture(name="ask")
def ask_fixture() -> Callable[..., dict[bytes, Any]]:
    """``ask(app, path, address)``: what the tracker tells."""
    return ask


@pytest.fixture
def site_of() -> Callable[[Any], Site]:
    """``site_of(app)``: the people and torrents of an application."""
    return Site


def ask(app: Any, path: str, address: str = "10.0.0.1") -> dict[bytes, Any]:
    """What the tracker tells a client at the address.

    Whatever it is, it has status 200 and is in the only spelling that bencode allows.
    """
    answer = TestApp(app, {"REMOTE_ADDR": address}).get(path, status=200)
    assert answer.headers["Content-Type"] == "text/plain"
    told: dict[bytes, Any] = bdecode(answer.body)
    assert bencode(told) == answer.body
    return told


@dataclass
class Peer:
    """A client with a torrent."""

    app: Any
    passkey: str
    info_hash: bytes
    peer_id: bytes
    port: int
    address: str = "10.0.0.1"

    def announce(
        self,
        uploaded: int = 0,
        downloaded: int = 0,
        left: int = 0,
        *,
        info_hash: bytes | None = None,
        address: str | None = None,
        **others: Any,
    ) -> dict[bytes, Any]:
        """Announce, and say what the tracker tells."""
        numbers = {"uploaded": uploaded, "downloaded": downloaded, "left": left}
        identity = f"info_hash={quote_from_bytes(info_hash or self.info_hash, safe='')}"
        identity += f"&peer_id={quote_from_bytes(self.peer_id, safe='')}&port={self.port}"
        rest = "".join(f"&{name}={value}" for name, value in (numbers | others).items())
        path = f"/{self.passkey}/announce?{identity}{rest}"
        return ask(self.app, path, address or self.address)


@dataclass
class Site:
    """An application, its people and torrents, and what its database says of them."""

    app: Any
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def registry(self) -> Any:
        """The application's registry."""
        return self.app.registry

    @property
    def tracker(self) -> Any:
        """The tracker."""
        return self.registry.getUtility(ITracker)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits."""
        with self.registry.getUtility(IDatabase).session(True) as session:
            yield session
            session.commit()

    def ask(self, path: str) -> dict[bytes, Any]:
        """What the tracker tells somebody."""
        return ask(self.app, path)

    def member(self, username: str | None = None, **kwargs: Any) -> User:
        """A new member."""
        with self.session() as session:
            return Factory(session).user(username or f"peer{next(self.numbers)}", **kwargs)

    def client(self, user: User) -> Client:
        """The API as the member sees it."""
        with self.session() as session:
            return Client(self.app, Factory(session).key(user))

    def passkey(self, user: User) -> str:
        """The member's passkey."""
        with self.session() as session:
            found: str = self.registry.getUtility(ISecrets).current(session, user.id, "passkey")
            return found

    def torrent(self, version: str = "v1", **columns: Any) -> Torrent:
        """A new torrent, which no .torrent file was made for."""
        seed = b"torrent %d" % next(self.numbers)
        v1 = sha1(seed).digest() if version != "v2" else None
        v2 = sha256(seed).digest() if version != "v1" else None
        defaults: dict[str, Any] = {
            "info_hash": v1,
            "info_hash_v2": v2,
            "info_hash_short": v2[:20] if v2 else None,
            "version": version,
            "name": seed.decode(),
            "size": 1000,
            "file_count": 1,
            "piece_length": 2**14,
            "private": True,
        }
        group = Group(category="other", title=seed.decode())
        torrent = Torrent(group=group, **{**defaults, **columns})
        with self.session() as session:
            session.add(torrent)
        return torrent

    def peer(self, user: User, torrent: Torrent, **kwargs: Any) -> Peer:
        """A client of the member with the torrent, at an address of its own."""
        number = next(self.numbers)
        defaults: dict[str, Any] = {
            "info_hash": torrent.info_hash or torrent.info_hash_short,
            "peer_id": b"-XX0001-%012d" % number,
            "port": 6000 + number,
            "address": f"10.0.{number // 250}.{number % 250 + 1}",
        }
        return Peer(self.app, self.passkey(user), **{**defaults, **kwargs})

    def credit(self, user: User) -> tuple[int, int]:
        """What the member's account says: bytes uploaded and downloaded."""
        with self.session() as session:
            query = select(User.uploaded, User.downloaded).where(User.id == user.id)
            uploaded, downloaded = session.execute(query).one()
            return uploaded, downloaded

    def debt(self, user: User) -> int:
        """The bytes of upload that the member owes."""
        with self.session() as session:
            return session.scalars(select(User.upload_debt).where(User.id == user.id)).one()

    def counters(self, torrent: Torrent) -> tuple[int, int, int]:
        """What the torrent's row says: seeders, leechers, snatches."""
        with self.session() as session:
            query = select(Torrent.seeders, Torrent.leechers, Torrent.snatches)
            row = session.execute(query.where(Torrent.id == torrent.id)).one()
            return row.seeders, row.leechers, row.snatches

    def snatch(self, user: User, torrent: Torrent) -> SnatchRow | None:
        """The member's dealings with the torrent."""
        with self.session() as session:
            return session.get(SnatchRow, (torrent.id, user.id))

    def peers(self, torrent: Torrent) -> list[PeerRow]:
        """The rows of the torrent's peers."""
        with self.session() as session:
            query = select(PeerRow).where(PeerRow.torrent_id == torrent.id)
            return list(session.scalars(query.order_by(PeerRow.user_id, PeerRow.peer_id)))

    def change(self, user: User, **values: Any) -> None:
        """Change the member's row, as those who moderate do."""
        with self.session() as session:
            for name, value in values.items():
                setattr(session.get_one(User, user.id), name, value)
        self.registry.getUtility(ICache).invalidate([f"user:{user.id}"])


@pytest.fixture
def site(client: Client) -> Site:
    """The site whose database is rolled back; it writes at once."""
    return Site(client.app)


@pytest.fixture
def start(make_site: Callable[..., Any]) -> Callable[..., Site]:
    """``start(flush_interval="5")``: another process of a site that really commits.

    By default it writes when the test says so.
    """

    def make(**settings: str) -> Site:
        settings = {"flush_interval": "3600", **settings}
        return Site(make_site(**{f"tracker.{name}": value for name, value in settings.items()}))

    return make


@pytest.fixture
def make_upload() -> Callable[[Client | None], tuple[int, bytes]]:
    """``make_upload(client)``: upload a torrent, always the same; its id and its info-hash."""
    info = {
        b"length": 1,
        b"name": b"uploaded",
        b"piece length": 2**14,
        b"pieces": bytes(20),
        b"private": 1,
    }

    def upload(client: Client | None) -> tuple[int, bytes]:
        info_hash = sha1(bencode(info)).digest()
        if client is None:
            return 0, info_hash
        files = [("file", "x.torrent", bencode({b"info": info}))]
        answer = client.upload("/torrents", {"category": "other"}, files, status=201)
        return answer.json["response"]["id"], info_hash

    return upload
