"""Which limits count which requests, and the responses to callers over a limit."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.interfaces import ICache, IGuesses, IIPBans, IRoot
from pulsar.secrets.kinds import credential
from pulsar.security import PUBLIC
from pulsar.settings.limit import Limit
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory

LIMITS = {
    "pulsar.rate_limits": "true",
    "pulsar.rate_limit_key": "3/60",
    "pulsar.rate_limit_user": "5/60",
    "pulsar.rate_limit_anonymous": "3/60",
    "pulsar.rate_limit_login": "2/300",
}


def include(config: Configurator) -> None:
    def view(context: Any, request: Request) -> str:
        return "there"

    config.add_view(view, context=IRoot, name="there", permission=PUBLIC)
    config.add_view(view, context=IRoot, name="free", permission=PUBLIC)
    config.add_view(view, context=IRoot, name="dear", permission=PUBLIC)
    config.add_rate_limit("Free", "/free", None)
    config.add_rate_limit("Dear", "/dear", Limit(1, 60), methods=("GET",))


@pytest.fixture
def site(lab: Callable[..., Client], backend: Backend) -> Client:
    """A site with new counters."""
    prefix = f"{backend.settings.get('pulsar.redis_prefix', '')}{uuid4()}:"
    site = lab(include, settings={**LIMITS, "pulsar.redis_prefix": prefix})
    # This keeps bans from being read in a request whose statements a test counts.
    site.app.registry.getUtility(IIPBans).read()
    return site


def statuses(client: Client, times: int, path: str = "/there", **kwargs: Any) -> list[int]:
    return [client.get(path, **kwargs).status_int for _ in range(times)]


class TestKeys:
    def test_per_key(self, site: Client, factory: Factory) -> None:
        user = factory.user()
        first, other = (site.as_key(factory.key(user)) for _ in range(2))
        assert statuses(first, 4) == [200, 200, 200, 429]
        assert statuses(other, 1) == [200]

    def test_per_member_over_all_keys(self, site: Client, factory: Factory) -> None:
        user = factory.user()
        for expected in ([200, 200, 200], [200, 200, 429]):
            assert statuses(site.as_key(factory.key(user)), 3) == expected
        assert statuses(site.as_key(factory.key(factory.user())), 1) == [200]

    def test_whatever_the_address(self, site: Client, factory: Factory) -> None:
        caller = site.as_key(factory.key(factory.user()))
        statuses = [
            caller.get("/there", remote_addr=f"10.0.0.{number}").status_int for number in range(4)
        ]
        assert statuses == [200, 200, 200, 429]

    def test_failures_count(self, site: Client, factory: Factory) -> None:
        caller = site.as_key(factory.key(factory.user()))
        assert statuses(caller, 4, "/nowhere") == [404, 404, 404, 429]


class TestAnonymous:
    def test_per_address(self, site: Client) -> None:
        assert statuses(site, 4, remote_addr="10.0.0.1") == [200, 200, 200, 429]
        assert statuses(site, 1, remote_addr="10.0.0.2") == [200]

    def test_members_are_not_held_up_by_them(self, site: Client, factory: Factory) -> None:
        statuses(site, 4)
        assert statuses(site.as_key(factory.key(factory.user())), 1) == [200]

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"])
    def test_a_client_cannot_say_another_address(self, site: Client, header: str) -> None:
        statuses = [
            site.get("/there", headers={header: f"for=10.0.0.{number}"}).status_int
            for number in range(4)
        ]
        assert statuses == [200, 200, 200, 429]

    def test_a_64_is_one_caller(self, site: Client) -> None:
        first_statuses = [
            site.get("/there", remote_addr=f"2001:db8::{number:x}:1").status_int
            for number in range(4)
        ]
        assert first_statuses == [200, 200, 200, 429]
        assert statuses(site, 1, remote_addr="2001:db8:0:1::1") == [200]

    def test_mapped_addresses_are_ipv4(self, site: Client) -> None:
        assert statuses(site, 3, remote_addr="10.0.0.1") == [200, 200, 200]
        assert statuses(site, 1, remote_addr="::ffff:10.0.0.1") == [429]

    def test_wrong_keys_count(self, site: Client) -> None:
        guesses = [
            site.as_key(f"{number:042}").get("/there", remote_addr="10.0.0.1").status_int
            for number in range(4)
        ]
        assert guesses == [401, 401, 401, 429]
        assert statuses(site, 1, remote_addr="10.0.0.1") == [429]

    def test_wrong_keys_count_whatever_their_form(self, site: Client) -> None:
        assert statuses(site.as_key("short"), 4) == [401, 401, 401, 429]

    def test_wrong_feed_keys_count(self, site: Client) -> None:
        assert statuses(site, 4, "/there?feed_key=guess") == [401, 401, 401, 429]


class TestLogin:
    def log_in(self, site: Client, **kwargs: Any) -> Any:
        account = {"username": "somebody", "password": "wrong horse 1!"}
        return site.post("/api_keys", account, **kwargs)

    def test_is_stricter(self, site: Client) -> None:
        assert [self.log_in(site).status_int for _ in range(3)] == [401, 401, 429]
        assert statuses(site, 1) == [200]

    def test_right_ones_count(self, site: Client, factory: Factory) -> None:
        factory.user("somebody")
        account = {"username": "somebody", "password": PASSWORD}
        statuses = [site.post("/api_keys", account).status_int for _ in range(3)]
        assert statuses == [201, 201, 429]

    def test_per_address(self, site: Client) -> None:
        for _ in range(3):
            self.log_in(site, remote_addr="10.0.0.1")
        self.log_in(site, remote_addr="10.0.0.2", status=401)

    def test_registrations_of_a_64(self, site: Client) -> None:
        statuses = [
            site.post("/users", {}, remote_addr=f"2001:db8::{number}").status_int
            for number in range(40)
        ]
        assert statuses == [400, 400, *[429] * 38]

    def test_registration_too(self, site: Client) -> None:
        statuses = [site.post("/users", {}).status_int for _ in range(3)]
        assert statuses == [400, 400, 429]

    def test_a_key_does_not_help(self, site: Client, factory: Factory) -> None:
        caller = site.as_key(factory.key(factory.user()))
        assert [self.log_in(caller).status_int for _ in range(3)] == [401, 401, 429]


class TestWithoutSQL:
    """Requests over a limit cost no SQL, whatever is cached."""

    @pytest.fixture
    def uncached(self, site: Client) -> Callable[[], None]:
        return site.app.registry.getUtility(ICache).clear

    def test_by_address(self, site: Client, count_sql: Any) -> None:
        statuses(site, 3)
        with count_sql() as statements:
            assert statuses(site, 2) == [429, 429]
        assert not statements

    def test_at_a_door_of_its_own(self, site: Client, factory: Factory, count_sql: Any) -> None:
        caller = site.as_key(factory.key(factory.user()))
        assert statuses(caller, 1, "/dear") == [200]
        unknown = site.as_key("1" * 42)
        with count_sql() as statements:
            assert statuses(unknown, 1, "/dear") == [429]
        assert not statements

    def test_by_key(
        self, site: Client, factory: Factory, count_sql: Any, uncached: Callable[[], None]
    ) -> None:
        caller = site.as_key(factory.key(factory.user()))
        statuses(caller, 3)
        uncached()
        with count_sql() as statements:
            assert statuses(caller, 2) == [429, 429]
        assert not statements

    def test_by_member(
        self, site: Client, factory: Factory, count_sql: Any, uncached: Callable[[], None]
    ) -> None:
        user = factory.user()
        callers = [site.as_key(factory.key(user)) for _ in range(2)]
        for caller in callers:
            statuses(caller, 3)
        uncached()
        with count_sql() as statements:
            assert statuses(callers[1], 1) == [429]
        assert not statements

    @pytest.mark.parametrize("feed", [False, True])
    def test_by_wrong_keys(self, site: Client, count_sql: Any, feed: bool) -> None:
        def guess(number: int, address: str) -> int:
            if feed:
                path = f"/there?feed_key={number:032x}"
                return site.get(path, remote_addr=address).status_int
            return site.as_key(f"{number:042}").get("/there", remote_addr=address).status_int

        base = uuid4().int >> 8
        statuses = [guess(base + number, f"2001:db8::{number}") for number in range(3)]
        assert statuses == [401, 401, 401]
        with count_sql() as statements:
            assert guess(base + 9, "2001:db8::9") == 429
        assert not statements
        with count_sql() as statements:
            assert guess(base + 10, "2001:db8:0:1::1") == 401
        assert len(statements) > 0

    @pytest.mark.parametrize("query", ["", "?feed_key=guess", f"?feed_key={'A' * 32}"])
    def test_what_has_not_the_form_of_a_key(self, site: Client, count_sql: Any, query: str) -> None:
        caller = site if query else site.as_key("short")
        with count_sql() as statements:
            assert statuses(caller, 1, f"/there{query}") == [401]
        assert not statements

    def test_a_wrong_key_that_is_sent_again(self, site: Client, count_sql: Any) -> None:
        caller = site.as_key(f"{uuid4().hex:0>42}")
        assert statuses(caller, 1) == [401]
        with count_sql() as statements:
            assert statuses(caller, 1) == [401]
        assert not statements

    def test_right_keys_are_not_held_up_by_wrong_ones(
        self, site: Client, factory: Factory, uncached: Callable[[], None]
    ) -> None:
        caller = site.as_key(factory.key(factory.user()))
        assert statuses(caller, 1) == [200]
        for _ in range(4):
            statuses(site.as_key(f"{uuid4().hex:0>42}"), 1)
        uncached()
        assert statuses(caller, 1) == [200]

    def test_a_key_that_has_ended_is_exempt_no_longer(
        self, site: Client, factory: Factory, db: Session, uncached: Callable[[], None]
    ) -> None:
        key = factory.key(factory.user())
        caller = site.as_key(key)
        guesses = site.app.registry.getUtility(IGuesses)
        name = credential("identity", key)
        assert statuses(caller, 1) == [200]
        assert guesses.holder(name) is not None
        db.execute(delete(APIKey))
        db.commit()
        uncached()
        assert statuses(caller, 1) == [401]
        assert guesses.holder(name) is None


class TestRules:
    def test_exempt(self, site: Client) -> None:
        assert statuses(site, 5, "/free") == [200] * 5

    def test_own_limit(self, site: Client) -> None:
        assert statuses(site, 2, "/dear") == [200, 429]
        assert site.post("/dear").status_int == 200

    @pytest.mark.parametrize("path", ["/free/more", "/freedom", "/x/free"])
    def test_the_whole_path_must_match(self, site: Client, path: str) -> None:
        assert statuses(site, 4, path)[-1] == 429

    def test_switched_off(self, lab: Callable[..., Client]) -> None:
        site = lab(include, settings={**LIMITS, "pulsar.rate_limits": "false"})
        assert statuses(site, 5, "/dear") == [200] * 5
        assert "RateLimit-Limit" not in site.get("/dear").headers


class TestHeaders:
    def test_success(self, site: Client) -> None:
        all_headers = [site.get("/there", status=200).headers for _ in range(3)]
        assert [headers["RateLimit-Limit"] for headers in all_headers] == ["3"] * 3
        assert [headers["RateLimit-Remaining"] for headers in all_headers] == ["2", "1", "0"]
        assert all(1 <= int(headers["RateLimit-Reset"]) <= 60 for headers in all_headers)
        assert "Retry-After" not in all_headers[-1]

    def test_the_scarcer_one_is_told(self, site: Client, factory: Factory) -> None:
        user = factory.user()
        assert site.as_key(factory.key(user)).get("/there").headers["RateLimit-Limit"] == "3"
        statuses(site.as_key(factory.key(user)), 3)
        headers = site.as_key(factory.key(user)).get("/there").headers
        assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("5", "0")

    def test_failures_have_them(self, site: Client) -> None:
        assert site.get("/nowhere", status=401).headers["RateLimit-Remaining"] == "2"

    def test_too_many(self, site: Client) -> None:
        statuses(site, 3)
        answer = site.get("/there", status=429)
        wait = answer.headers["Retry-After"]
        assert wait.isdecimal()
        assert 1 <= int(wait) <= 60
        assert answer.json["code"] == "rate_limited"
        assert answer.json["response"] == (
            f"Unauthenticated rate limit exceeded. {wait} seconds until lock expires."
        )
        assert answer.headers["RateLimit-Remaining"] == "0"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_whose_limit(self, site: Client, factory: Factory) -> None:
        caller = site.as_key(factory.key(factory.user()))
        statuses(caller, 3)
        assert caller.get("/there", status=429).json["response"].startswith("Client rate limit")


class TestRedisAway:
    """Without Redis, members may continue, but guesses of secrets are refused."""

    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        return lab(include, settings={**LIMITS, "pulsar.cache": "redis", "pulsar.redis_url": url})

    @pytest.fixture(autouse=True)
    def _uncached(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """``lab`` clears caches, but this one cannot be cleared."""
        monkeypatch.setattr("pulsar.cache.RedisCache.clear", lambda self: None)

    def test_members(self, site: Client, factory: Factory) -> None:
        caller = site.as_key(factory.key(factory.user()))
        assert statuses(caller, 5) == [200] * 5

    def test_anonymous(self, site: Client) -> None:
        assert statuses(site, 5) == [200] * 5

    def test_wrong_keys(self, site: Client) -> None:
        site.as_key("0" * 42).get("/there", status=503)

    def test_login(self, site: Client) -> None:
        answer = site.post("/api_keys", {"username": "a", "password": "b"}, status=503)
        assert answer.headers["Retry-After"] == "5"
