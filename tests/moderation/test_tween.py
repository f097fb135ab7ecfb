"""Refusals of requests from banned networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.interfaces import IIPBans
from pulsar.moderation.bans import ends
from pulsar.moderation.models import IPBan
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

INSIDE, OUTSIDE = "192.0.2.7", "198.51.100.7"


@pytest.fixture(autouse=True)
def banned(registry: Any, db: Session) -> Iterator[None]:
    """Ban the network 192.0.2.0/28."""
    network, first, last = ends("192.0.2.0/28")
    ban = IPBan(network=network, first=first, last=last)
    db.add(ban)
    db.commit()
    registry.getUtility(IIPBans).read()
    yield
    db.delete(ban)
    db.commit()
    registry.getUtility(IIPBans).read()


@pytest.fixture
def outcast(client: Client) -> Client:
    """A client without a key, from a banned address."""
    return client.from_address(INSIDE)


class TestRefusal:
    def test_answer(self, outcast: Client) -> None:
        answer = outcast.get("/", status=403)
        assert answer.json == {
            "status": "failed",
            "code": "address_banned",
            "response": "Your address has been banned.",
        }

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("HEAD", "/"),
            ("GET", "/openapi.json"),
            ("POST", "/users"),
            ("POST", "/api_keys"),
            ("DELETE", "/health"),
            ("GET", "/health/x"),
            ("GET", "//health"),
        ],
    )
    def test_whatever_is_asked(self, outcast: Client, method: str, path: str) -> None:
        outcast.request(method, path, status=403)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_health_is_told(self, outcast: Client, method: str) -> None:
        outcast.request(method, "/health", status=200)

    def test_before_keys_are_looked_at(
        self, client: Client, factory: Factory, count_sql: Callable[[], Any]
    ) -> None:
        key = factory.key(factory.user())
        with count_sql() as statements:
            client.as_key(key).from_address(INSIDE).get("/users/me", status=403)
            client.as_key("x" * 42).from_address(INSIDE).get("/", status=403)
        assert statements == []

    def test_headers_of_proxies_are_not_believed(self, outcast: Client, client: Client) -> None:
        headers = {"X-Forwarded-For": OUTSIDE, "X-Real-Ip": OUTSIDE}
        outcast.get("/", headers=headers, status=403)
        headers = {"X-Forwarded-For": INSIDE}
        client.from_address(OUTSIDE).get("/", headers=headers, status=200)

    def test_browsers_may_read_it(self, outcast: Client) -> None:
        answer = outcast.get("/", headers={"Origin": "https://example.org"}, status=403)
        assert "Access-Control-Allow-Origin" in answer.headers


class TestLimits:
    def test_refused_requests_do_not_count(self, lab: Callable[..., Client]) -> None:
        limits = {"pulsar.rate_limits": "true", "pulsar.rate_limit_anonymous": "2/60"}
        site = lab(settings=limits)
        site.app.registry.getUtility(IIPBans).read()
        outcast = site.from_address(INSIDE)
        assert [outcast.get("/").status_int for _ in range(4)] == [403] * 4
