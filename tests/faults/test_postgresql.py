"""PostgreSQL fails and returns in the middle of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from pulsar.interfaces import IDatabase
from pulsar.testing.servers import Proxy

from .people import LOGIN, People, refused


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestPostgreSQL:
    """Only a database server can fail in this way; SQLite is a file."""

    @pytest.fixture
    def at(self, people: People) -> Iterator[Callable[..., None]]:
        """``at("INSERT INTO", act)``: call ``act`` after the first statement that begins so."""
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
        torrent_id = people.upload("First").json["response"]["id"]
        for path in (f"/torrents/{torrent_id}", "/users/me"):
            people.member.get(path, status=200)
        proxy.cut()
        for _ in range(2):
            refused(people.member.get("/torrents"))
            refused(people.member.get(f"/torrents/{torrent_id}"))
            refused(people.member.put(f"/torrents/{torrent_id}", {"title": "x"}))
            refused(people.nobody.post("/api_keys", LOGIN))
            refused(people.upload("Second", 503))
            # This key was not used before, so it must be looked up.
            refused(people.staff.get("/users/me"))
        # Cached data is still returned.
        people.member.get("/users/me", status=200)
        people.nobody.get("/", status=200)

    def test_it_recovers_by_itself(self, people: People, proxy: Proxy) -> None:
        torrent_id = people.upload("First").json["response"]["id"]
        proxy.cut()
        refused(people.member.get("/torrents"))
        proxy.restore()
        assert people.member.get("/torrents", status=200).json["response"]["total"] == 1
        people.staff.put(f"/torrents/{torrent_id}", {"title": "Edited"}, status=200)
        people.nobody.post("/api_keys", LOGIN, status=201)
        people.upload("Second")

    def test_connections_that_broke_unnoticed(self, people: People, proxy: Proxy) -> None:
        """Idle connections broke, e.g. after a restart of the server; no caller notices."""
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
