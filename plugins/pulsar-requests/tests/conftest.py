"""Members with credit, and their requests. ``pulsar.testing`` has the common fixtures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from torrent_requests.audit import unbalanced
from torrent_requests.models import Movement, TorrentRequest
from torrents.examples import torrent_file
from torrents.models import Torrent

MIB = 2**20
GIB = 2**30
BOUNTY = 300 * MIB


class Member(Client):
    """A client with the key of a member."""

    user_id: int


@pytest.fixture
def join(client: Client, factory: Factory) -> Callable[..., Member]:
    """``join("ann", uploaded=GIB)``: a member, by default with 1 GiB of credit."""

    def make(username: str | None = None, *scope: str, **kwargs: Any) -> Member:
        user = factory.user(username, **{"uploaded": GIB, **kwargs})
        member = Member(client.app, factory.key(user, *scope))
        member.user_id = user.id
        return member

    return make


@pytest.fixture
def ann(join: Callable[..., Member]) -> Member:
    """A member with 1 GiB of credit."""
    return join("ann")


@pytest.fixture
def bob(join: Callable[..., Member]) -> Member:
    """Another member with 1 GiB of credit."""
    return join("bob")


@pytest.fixture
def cid(join: Callable[..., Member]) -> Member:
    """A third member with 1 GiB of credit."""
    return join("cid")


@pytest.fixture
def moderator(join: Callable[..., Member]) -> Member:
    """A member who may edit, unfill and delete all requests, and moderate comments."""
    names = ("requests_modify", "requests_unfill", "requests_delete", "requests_comments_modify")
    return join("moderator", grants=names)


@pytest.fixture
def ask() -> Callable[..., dict[str, Any]]:
    """``ask(client, "A title", bounty=...)``: a new request as JSON."""

    def send(client: Client, title: str = "A title", **fields: Any) -> dict[str, Any]:
        body = {"title": title, "category": "other", "description": "Please.", "bounty": BOUNTY}
        answer = client.post("/requests", {**body, **fields}, status=201)
        response: dict[str, Any] = answer.json["response"]
        return response

    return send


@pytest.fixture
def upload(db: Session) -> Callable[..., int]:
    """``upload(client, "Album", hours=2)``: the id of a torrent that was uploaded two hours ago."""

    def send(client: Client, name: str = "Album", hours: float = 2) -> int:
        form, file = {"category": "other"}, ("file", "x.torrent", torrent_file(name))
        torrent_id: int = client.upload("/torrents", form, [file], status=201).json["response"][
            "id"
        ]
        uploaded = utcnow() - timedelta(hours=hours)
        db.execute(update(Torrent).where(Torrent.id == torrent_id).values(created=uploaded))
        db.commit()
        return torrent_id

    return send


@pytest.fixture
def credit(db: Session) -> Callable[..., int]:
    """``credit(member)``: the upload credit that the member has left."""

    def read(member: Member) -> int:
        db.commit()
        uploaded = db.scalar(select(User.uploaded).where(User.id == member.user_id))
        assert uploaded is not None
        return uploaded

    return read


@pytest.fixture
def debt(db: Session) -> Callable[..., int]:
    """``debt(member)``: the upload credit that the member owes."""

    def read(member: Member) -> int:
        db.commit()
        return db.scalars(select(User.upload_debt).where(User.id == member.user_id)).one()

    return read


@pytest.fixture
def ledger(db: Session) -> Callable[..., list[tuple[str, int | None, int]]]:
    """``ledger(request_id)``: kind, member and amount of the request's movements."""

    def read(request_id: int) -> list[tuple[str, int | None, int]]:
        query = select(Movement.kind, Movement.user_id, Movement.amount).where(
            Movement.request_id == request_id
        )
        return [tuple(row) for row in db.execute(query.order_by(Movement.id))]  # type: ignore[misc]

    return read


@pytest.fixture
def balanced(db: Session) -> Callable[[], bool]:
    """``balanced()``: whether ledger, votes and bounties of all requests agree."""

    def check() -> bool:
        db.commit()
        return unbalanced(db) == 0

    return check


def in_all(session: Session) -> int:
    """Return the total credit, which no operation on requests may change.

    It is the members' credit less their debts, plus open bounties, taxes, and what was forfeited or
    written off with removed accounts.
    """
    members = session.scalar(select(func.sum(User.uploaded - User.upload_debt))) or 0
    is_open = (TorrentRequest.filled.is_(None), TorrentRequest.deleted.is_(None))
    bounties = session.scalar(select(func.sum(TorrentRequest.bounty)).where(*is_open)) or 0
    kinds = Movement.kind.in_(("tax", "forfeit", "write_off"))
    lost = session.scalar(select(func.sum(Movement.amount)).where(kinds)) or 0
    return int(members) + int(bounties) - int(lost)


class Site:
    """A site of its own that commits, with members and credit."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.database = app.registry.getUtility(IDatabase)

    def session(self) -> Any:
        """Return a session for writing."""
        return self.database.session(True)

    def join(self, username: str, **kwargs: Any) -> Member:
        """Create a member, by default with 1 GiB of credit."""
        with self.session() as session:
            factory = Factory(session)
            user = factory.user(username, **{"uploaded": GIB, **kwargs})
            member = Member(self.app, factory.key(user))
            member.user_id = user.id
        # The first call stores the address from which the key is used; the calls under test should
        # not.
        member.get("/users/me", status=200)
        return member

    def ask(self, member: Member, bounty: int = BOUNTY) -> int:
        """Create a request and return its id."""
        body = {"title": "A", "category": "other", "description": "Please.", "bounty": bounty}
        request_id: int = member.post("/requests", body, status=201).json["response"]["id"]
        return request_id

    def upload(self, member: Member, name: str = "Album") -> int:
        """Upload a torrent, set its age to a day, and return its id."""
        form, file = {"category": "other"}, ("file", "x.torrent", torrent_file(name))
        torrent_id: int = member.upload("/torrents", form, [file], status=201).json["response"][
            "id"
        ]
        with self.session() as session:
            session.execute(update(Torrent).values(created=utcnow() - timedelta(days=1)))
            session.commit()
        return torrent_id

    def credits(self) -> dict[int, tuple[int, int]]:
        """Return each member's credit and debt, by member id."""
        query = select(User.id, User.uploaded, User.upload_debt)
        with self.database.session() as session:
            return {row.id: (row.uploaded, row.upload_debt) for row in session.execute(query)}

    def in_all(self) -> int:
        """Return the total credit, after checking that the books agree."""
        with self.database.session() as session:
            assert unbalanced(session) == 0
            return in_all(session)


@pytest.fixture
def site(make_site: Callable[..., Any]) -> Site:
    """A site that commits, and does not retry transactions that conflict."""
    return Site(make_site(**{"pulsar.retry_attempts": "1"}))


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """``together(*works)``: run the functions in threads that start together."""

    def run(*works: Callable[[], Any]) -> list[Any]:
        start = Barrier(len(works), timeout=10)

        def begin(work: Callable[[], Any]) -> Any:
            start.wait()
            return work()

        with ThreadPoolExecutor(len(works)) as threads:
            return list(threads.map(begin, works))

    return run


@pytest.fixture
def site_of() -> Callable[[Any], Site]:
    """``site_of(app)``: a ``Site`` of an application with other settings."""
    return Site
