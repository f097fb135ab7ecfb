"""Backing services go away in the middle of things, and come back; the application does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from fastbencode import bdecode
from sqlalchemy import event, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from pulsar.interfaces import ICache, IDatabase, ISecrets
from pulsar.sitelog.models import LogEntry
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.testing.servers import Proxy, RedisServer
from pulsar.users.models import User
from torrents.models import Group, Tag, Torrent
from torrents.testing import torrent_file
from tracker.interfaces import ITracker

LOGIN = {"username": "member", "password": PASSWORD}


@pytest.fixture
def proxy(backend: Backend) -> Iterator[Proxy]:
    """The way to PostgreSQL, which the test may cut."""
    made = Proxy(backend.url.host or "127.0.0.1", backend.url.port or 5432)
    yield made
    made.close()


class People:
    """A member and one of staff, as clients of a site."""

    def __init__(self, site: Any) -> None:
        self.registry = site.registry
        self.nobody = Client(site)
        with self.session() as session:
            factory = Factory(session)
            self.class_id = factory.user_class("Elite", "torrents_view", rank=100).id
            user = factory.user("member", user_class_id=self.class_id, grants=["torrents_upload"])
            self.user_id = user.id
            self.member = Client(site, factory.key(user))
            self.staff = Client(site, factory.key(factory.staff("staff")))
            secrets = self.registry.getUtility(ISecrets)
            self.passkey = secrets.current(session, user.id, "passkey")

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A session that commits."""
        with self.registry.getUtility(IDatabase).session(True) as session:
            yield session
            session.commit()

    def upload(self, name: str, status: int = 201) -> Any:
        """The answer to an upload of the member's."""
        file = ("file", "x.torrent", torrent_file(name))
        return self.member.upload(
            "/torrents", {"category": "other", "tags": name}, [file], status=status
        )

    def stored(self) -> list[int]:
        """How many torrents, groups, tags and users there are."""
        with self.session() as session:
            return [
                session.scalar(select(func.count()).select_from(model))
                for model in (Torrent, Group, Tag, User, LogEntry)
            ]


def refused(answer: Any) -> None:
    """The answer of a site that lacks a service."""
    assert (answer.status_int, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


class TestRedis:
    """The cache and the rate limits are gone; the database is not."""

    @pytest.fixture
    def start(self, make_site: Callable[..., Any], server: RedisServer) -> Callable[..., Any]:
        """``start(**settings)``: a process of a site whose limits nobody exceeds."""
        limits = {
            f"pulsar.rate_limit_{name}": "1000/60" for name in ("key", "user", "anonymous", "login")
        }

        def make(**settings: str) -> Any:
            return make_site(
                **{
                    "pulsar.cache": "redis",
                    "pulsar.redis_url": server.url,
                    "pulsar.rate_limits": "true",
                    **limits,
                    **settings,
                }
            )

        return make

    @pytest.fixture
    def people(self, start: Callable[..., Any]) -> People:
        return People(start())

    def test_reading_and_writing_go_on(self, people: People, server: RedisServer) -> None:
        made = people.upload("First").json["response"]["id"]
        for _ in range(2):
            people.member.get("/users/me", status=200)
        server.stop()
        people.member.get("/users/me", status=200)
        people.member.get(f"/torrents/{made}", status=200)
        other = people.upload("Second").json["response"]["id"]
        people.staff.put(f"/torrents/{other}", {"title": "Edited"}, status=200)
        people.staff.delete(f"/torrents/{made}", status=200)
        shown = people.member.get("/torrents", status=200).json["response"]["items"]
        assert [one["title"] for one in shown] == ["Edited"]
        people.nobody.get("/", status=200)
        server.start()
        shown = people.member.get("/torrents", status=200).json["response"]["items"]
        assert [one["title"] for one in shown] == ["Edited"]

    def test_members_are_not_limited(self, start: Callable[..., Any], server: RedisServer) -> None:
        people = People(start(**{"pulsar.rate_limit_key": "3/60"}))
        for status in (200, 200, 200, 429):
            people.member.get("/users/me", status=status)
        server.stop()
        for _ in range(5):
            answer = people.member.get("/users/me", status=200)
            assert "RateLimit-Limit" not in answer.headers
        server.start()
        people.member.get("/users/me", status=429)

    def test_what_guesses_secrets_is_refused(self, people: People, server: RedisServer) -> None:
        newcomer = {"username": "new", "password": "another horse 2!", "email": "n@example.org"}
        server.stop()
        refused(people.nobody.post("/api_keys", LOGIN))
        refused(people.nobody.post("/users", newcomer))
        refused(people.nobody.as_key("x" * 42).get("/users/me"))
        server.start()
        people.nobody.post("/api_keys", LOGIN, status=201)
        people.nobody.post("/users", newcomer, status=201)
        people.nobody.as_key("x" * 42).get("/users/me", status=401)

    def test_health(self, people: People, server: RedisServer) -> None:
        people.nobody.get("/health", status=200)
        server.stop()
        checks = people.nobody.get("/health", status=503).json["checks"]
        assert [name for name, state in checks.items() if state == "failed"] == ["cache"]
        server.start()
        people.nobody.get("/health", status=200)

    @pytest.mark.parametrize("lost", [False, True])
    def test_what_changed_meanwhile_is_seen(
        self, people: People, server: RedisServer, lost: bool
    ) -> None:
        """Whether Redis comes back with its data, stale by then, or without any."""
        path = f"/user_classes/{people.class_id}"
        for _ in range(2):
            people.member.get("/torrents", status=200)
            assert people.member.get("/users/me").json["response"]["uploaded"] == 0
        server.stop()
        if lost:
            server.lose()
        people.staff.put(path, {"permissions": {"torrents_view": False}}, status=200)
        people.staff.put(f"/users/{people.user_id}", {"uploaded": 7}, status=200)
        server.start()
        people.member.get("/torrents", status=403)
        assert people.member.get("/users/me").json["response"]["uploaded"] == 7
        people.staff.put(path, {"permissions": {"torrents_view": True}}, status=200)
        for _ in range(2):
            people.member.get("/torrents", status=200)

    def test_a_copy_from_before_is_not_kept_where_redis_forgot(
        self, start: Callable[..., Any], server: RedisServer
    ) -> None:
        """A request reads, Redis loses its data, another request changes what was read."""
        cache, other = (start().registry.getUtility(ICache) for _ in range(2))
        for _ in range(3):
            other.invalidate(["anything"])
        token = cache.token()
        server.stop()
        server.lose()
        server.start()
        other.invalidate(["row"])
        cache.put("key", "stale", 60, ("row",), token)
        assert cache.get("key") is None
        cache.put("key", "fresh", 60, ("row",), cache.token())
        assert other.get("key") == "fresh"


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestPostgreSQL:
    """SQLite is a file; only the database server can go away."""

    @pytest.fixture
    def start(
        self, make_site: Callable[..., Any], proxy: Proxy, backend: Backend
    ) -> Callable[..., People]:
        """``start(**settings)``: the people of a site that reaches its database by the proxy."""

        def make(**settings: str) -> People:
            first = make_site()
            url = make_url(first.registry.settings["sqlalchemy.url"])
            url = url.set(host="127.0.0.1", port=proxy.port)
            text = url.render_as_string(hide_password=False)
            return People(make_site(**{"sqlalchemy.url": text, **settings}))

        return make

    @pytest.fixture
    def people(self, start: Callable[..., People]) -> People:
        return start()

    @pytest.fixture
    def at(self, people: People) -> Iterator[Callable[..., None]]:
        """``at("INSERT INTO", act)``: act right after the first statement that begins so."""
        engine = people.registry.getUtility(IDatabase).engine
        listening: list[Any] = []

        def listen(beginning: str, act: Callable[[], None]) -> None:
            done: list[bool] = []

            def happen(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
                if statement.startswith(beginning) and not done:
                    done.append(True)
                    act()

            event.listen(engine, "after_cursor_execute", happen)
            listening.append(happen)

        yield listen
        for happen in listening:
            event.remove(engine, "after_cursor_execute", happen)

    def test_everything_is_refused_politely(self, people: People, proxy: Proxy) -> None:
        made = people.upload("First").json["response"]["id"]
        for path in (f"/torrents/{made}", "/users/me"):
            people.member.get(path, status=200)
        proxy.cut()
        for _ in range(2):
            refused(people.member.get("/torrents"))
            refused(people.member.get(f"/torrents/{made}"))
            refused(people.member.put(f"/torrents/{made}", {"title": "x"}))
            refused(people.nobody.post("/api_keys", LOGIN))
            refused(people.upload("Second", 503))
            # A key that nobody has used since, so that it must be looked up.
            refused(people.staff.get("/users/me"))
        # What is cached is answered all the same.
        people.member.get("/users/me", status=200)
        people.nobody.get("/", status=200)

    def test_it_recovers_by_itself(self, people: People, proxy: Proxy) -> None:
        made = people.upload("First").json["response"]["id"]
        proxy.cut()
        refused(people.member.get("/torrents"))
        proxy.restore()
        assert people.member.get("/torrents", status=200).json["response"]["total"] == 1
        people.staff.put(f"/torrents/{made}", {"title": "Edited"}, status=200)
        people.nobody.post("/api_keys", LOGIN, status=201)
        people.upload("Second")

    def test_connections_that_broke_unnoticed(self, people: People, proxy: Proxy) -> None:
        """Idle ones, e.g. after a restart of the server: nobody is told of it."""
        people.upload("First")
        people.member.get("/torrents", status=200)
        for call in (
            lambda: people.member.get("/torrents", status=200),
            lambda: people.upload("Second"),
            lambda: people.staff.get("/users/me", status=200),
            lambda: people.nobody.get("/health", status=200),
            lambda: people.nobody.post("/api_keys", LOGIN, status=201),
        ):
            proxy.cut()
            proxy.restore()
            call()

    def test_health(self, people: People, proxy: Proxy) -> None:
        people.nobody.get("/health", status=200)
        proxy.cut()
        for _ in range(2):
            answer = people.nobody.get("/health", status=503)
            assert answer.json["checks"]["database"] == "failed"
            assert answer.json["checks"]["cache"] == "ok"
            assert int(answer.headers["Retry-After"]) > 0
        proxy.restore()
        people.nobody.get("/health", status=200)

    @pytest.mark.parametrize(
        "beginning", ["INSERT INTO torrent_groups", "INSERT INTO torrents ", "INSERT INTO search"]
    )
    def test_nothing_is_half_stored(
        self, people: People, proxy: Proxy, at: Any, beginning: str
    ) -> None:
        people.upload("First")
        before = people.stored()
        at(beginning, proxy.cut)
        refused(people.upload("Second", 503))
        proxy.restore()
        assert people.stored() == before
        people.upload("Second")

    @pytest.mark.parametrize(
        "beginning", ["INSERT INTO torrent_groups", "INSERT INTO torrents ", "INSERT INTO search"]
    )
    def test_what_broke_in_the_middle_is_done_again_once(
        self, people: People, proxy: Proxy, at: Any, beginning: str
    ) -> None:
        torrents, groups, tags, users, entries = people.stored()

        def blink() -> None:
            proxy.cut()
            proxy.restore()

        at(beginning, blink)
        people.upload("Album")
        assert people.stored() == [torrents + 1, groups + 1, tags + 1, users, entries]

    def test_a_commit_that_does_not_arrive(self, people: People, proxy: Proxy) -> None:
        before = people.stored()
        engine = people.registry.getUtility(IDatabase).engine

        def cut(connection: Any) -> None:
            proxy.cut()

        event.listen(engine, "commit", cut)
        try:
            refused(people.upload("Album", 503))
        finally:
            event.remove(engine, "commit", cut)
        proxy.restore()
        assert people.stored() == before
        people.upload("Album")

    @pytest.fixture
    def announce(self) -> Callable[..., Any]:
        """``announce(people, info_hash, uploaded)``: what the tracker tells the member."""

        def call(people: People, info_hash: bytes, uploaded: int) -> Any:
            query = f"info_hash={quote_from_bytes(info_hash, safe='')}&peer_id=-TR4060-{'x' * 12}"
            rest = f"&port=6881&uploaded={uploaded}&downloaded=0&left=0"
            path = f"/announce/{people.passkey}?{query}{rest}"
            answer = people.nobody.get(path, remote_addr="10.0.0.1", status=200)
            return bdecode(answer.body)

        return call

    def info_hash(self, people: People) -> bytes:
        """Of a torrent of the member's."""
        made = people.upload("Album").json["response"]["id"]
        with people.session() as session:
            found: bytes = session.get_one(Torrent, made).info_hash
            return bytes(found)

    def credited(self, people: People) -> int:
        with people.session() as session:
            found: int = session.get_one(User, people.user_id).uploaded
            return found

    def test_announces_are_kept_and_credited_later(
        self, start: Callable[..., People], proxy: Proxy, announce: Any
    ) -> None:
        people = start(**{"tracker.flush_interval": "3600"})
        tracker = people.registry.getUtility(ITracker)
        info_hash = self.info_hash(people)
        assert b"interval" in announce(people, info_hash, 0)
        tracker.flush()
        proxy.cut()
        for uploaded in (1_000, 3_000):
            assert b"interval" in announce(people, info_hash, uploaded)
            with pytest.raises(SQLAlchemyError):
                tracker.flush()
        proxy.restore()
        assert self.credited(people) == 0
        tracker.flush()
        tracker.flush()
        assert self.credited(people) == 3_000

    def test_announces_that_are_written_at_once(
        self, start: Callable[..., People], proxy: Proxy, announce: Any
    ) -> None:
        people = start(**{"tracker.flush_interval": "0"})
        info_hash = self.info_hash(people)
        assert b"interval" in announce(people, info_hash, 0)
        proxy.cut()
        told = announce(people, info_hash, 1_000)
        assert told[b"failure reason"] == b"The tracker is not available right now."
        assert told[b"retry in"] == 5
        proxy.restore()
        # The client comes again with the same counters, or with higher ones.
        assert b"interval" in announce(people, info_hash, 1_000)
        assert self.credited(people) == 1_000
        assert b"interval" in announce(people, info_hash, 1_500)
        assert self.credited(people) == 1_500

    def test_announces_of_whom_nobody_knows_yet(
        self, people: People, proxy: Proxy, announce: Any
    ) -> None:
        info_hash = self.info_hash(people)
        people.registry.getUtility(ICache).clear()
        proxy.cut()
        assert b"failure reason" in announce(people, info_hash, 0)
        proxy.restore()
        assert b"interval" in announce(people, info_hash, 0)
