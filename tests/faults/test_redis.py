"""Redis fails and returns: the cache and the rate limits are affected, the database is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.interfaces import ICache
from pulsar.testing.servers import RedisServer

from .people import LOGIN, People, refused


class TestRedis:
    """The cache and the rate limits are unavailable; the database is not."""

    @pytest.fixture
    def start(self, make_site: Callable[..., Any], server: RedisServer) -> Callable[..., Any]:
        """``start(**settings)``: a process of a site whose limits are not reached."""
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
        torrent_id = people.upload("First").json["response"]["id"]
        for _ in range(2):
            people.member.get("/users/me", status=200)
        server.stop()
        people.member.get("/users/me", status=200)
        people.member.get(f"/torrents/{torrent_id}", status=200)
        other = people.upload("Second").json["response"]["id"]
        people.staff.put(f"/torrents/{other}", {"title": "Edited"}, status=200)
        people.staff.delete(f"/torrents/{torrent_id}", status=200)
        items = people.member.get("/torrents", status=200).json["response"]["items"]
        assert [item["title"] for item in items] == ["Edited"]
        people.nobody.get("/", status=200)
        server.start()
        items = people.member.get("/torrents", status=200).json["response"]["items"]
        assert [item["title"] for item in items] == ["Edited"]

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
        newcomer = {
            "username": "newcomer",
            "password": "another horse 2!",
            "email": "n@example.org",
        }
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
        """Redis returns with outdated data, or without any."""
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
        """A request reads data, Redis loses its own, and another request changes the data."""
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
