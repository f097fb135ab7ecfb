"""A secret that was reset ends immediately in all processes, even if it is cached."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.interfaces import ICache, IDatabase, ISecrets
from pulsar.secrets.models import UserSecret
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

PATH = "/users/me/secrets"
INVALID = b"Your passkey is not valid"


def opens_feed(client: Client, value: str) -> bool:
    """Return whether the value is a live feed key."""
    status = client.get(f"/torrents?feed_key={value}").status_int
    assert status in (200, 401)
    return status == 200


def opens_tracker(client: Client, value: str) -> bool:
    """Whether the value is a live passkey."""
    return INVALID not in client.get(f"/announce/{value}", status=200).body


OPENS = {"feed": opens_feed, "passkey": opens_tracker}


@pytest.fixture(params=list(OPENS))
def kind(request: pytest.FixtureRequest) -> str:
    """A kind of secret."""
    kind: str = request.param
    return kind


class TestReset:
    def test_with_warm_caches(self, client: Client, member: Client, kind: str) -> None:
        opens = OPENS[kind]
        old = member.get(f"{PATH}/{kind}", status=200).json["response"]["value"]
        for _ in range(3):
            assert opens(client, old)
        new = member.post(f"{PATH}/{kind}", status=201).json["response"]["value"]
        for _ in range(3):
            assert not opens(client, old)
            assert opens(client, new)
        assert member.get(f"{PATH}/{kind}").json["response"]["value"] == new

    def test_the_copy_was_warm(
        self, client: Client, member: Client, kind: str, registry: Any, db: Session
    ) -> None:
        """The test above relies on this: without invalidation, the old secret would stay valid."""
        value = member.get(f"{PATH}/{kind}").json["response"]["value"]
        assert OPENS[kind](client, value)
        registry.getUtility(ISecrets).reset(db, self.member_id(member), kind)
        db.commit()
        assert OPENS[kind](client, value)
        registry.getUtility(ICache).clear()
        assert not OPENS[kind](client, value)

    def test_other_kinds_and_keys_live_on(self, client: Client, member: Client, kind: str) -> None:
        values = {name: self.value(member, name) for name in OPENS}
        member.post(f"{PATH}/{kind}", status=201)
        for name, opens in OPENS.items():
            assert opens(client, values[name]) is (name != kind)
        member.get("/users/me", status=200)

    def test_history(self, member: Client, kind: str) -> None:
        values = [self.value(member, kind)]
        values += [
            member.post(f"{PATH}/{kind}", status=201).json["response"]["value"] for _ in range(2)
        ]
        answer = member.get(f"{PATH}/{kind}/history", status=200)
        response = answer.json["response"]
        assert [item["revoked"] is None for item in response] == [True, False, False]
        assert [item["kind"] for item in response] == [kind] * 3
        assert not any(value in answer.text for value in values)

    def test_narrow_keys(self, client: Client, factory: Factory, kind: str) -> None:
        narrow = client.as_key(factory.key(factory.user(), "users_view", "torrents_view"))
        for path in (PATH, f"{PATH}/{kind}", f"{PATH}/{kind}/history"):
            assert narrow.get(path, status=403).json["code"] == "key_forbidden"
        assert narrow.post(f"{PATH}/{kind}", status=403).json["code"] == "key_forbidden"

    def test_locked_members(self, client: Client, factory: Factory, kind: str) -> None:
        locked = client.as_key(factory.key(factory.user(locked=True)))
        assert locked.post(f"{PATH}/{kind}", status=403).json["code"] == "account_locked"

    @staticmethod
    def member_id(member: Client) -> int:
        member_id: int = member.get("/users/me").json["response"]["id"]
        return member_id

    @staticmethod
    def value(member: Client, kind: str) -> str:
        value: str = member.get(f"{PATH}/{kind}", status=200).json["response"]["value"]
        return value


class TestProcesses:
    """One process resets and another serves; the cache in memory serves one process only."""

    @pytest.fixture
    def sites(self, make_site: Callable[..., Any], backend: Backend) -> tuple[Any, Any]:
        site = make_site()
        return site, make_site() if backend.redis_url else site

    def join(self, site: Any) -> str:
        """Add a member, and return their key."""
        with site.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            return factory.key(factory.user("somebody"))

    def test_reset(self, sites: tuple[Any, Any], kind: str) -> None:
        site, other = sites
        member, visitor = Client(site, self.join(site)), Client(other)
        old = member.get(f"{PATH}/{kind}", status=200).json["response"]["value"]
        for _ in range(2):
            assert OPENS[kind](visitor, old)
        new = member.post(f"{PATH}/{kind}", status=201).json["response"]["value"]
        assert not OPENS[kind](visitor, old)
        assert OPENS[kind](visitor, new)

    def test_the_sites_secret_changed(self, make_site: Callable[..., Any], kind: str) -> None:
        before = make_site()
        key = self.join(before)
        old = Client(before, key).get(f"{PATH}/{kind}").json["response"]["value"]
        after = make_site(**{"pulsar.secret": "another secret of 32 characters."})
        member = Client(after, key)
        new = member.get(f"{PATH}/{kind}", status=200).json["response"]["value"]
        assert new != old
        assert member.get(f"{PATH}/{kind}").json["response"]["value"] == new
        assert OPENS[kind](Client(after), new)
        after.registry.getUtility(ICache).clear()
        assert not OPENS[kind](Client(after), old)


class TestAtOnce:
    def test_resets(self, make_site: Callable[..., Any]) -> None:
        """After any number of concurrent resets, one secret is live, and all responses show it."""
        site = make_site()
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            key = factory.key(factory.user("somebody"))
        Client(site, key).get(f"{PATH}/feed", status=200)
        start = threading.Barrier(4, timeout=20)
        answers: list[Any] = []

        def reset() -> None:
            client = Client(site, key)
            start.wait()
            answers.append(client.post(f"{PATH}/feed"))

        threads = [threading.Thread(target=reset) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [answer.status_int for answer in answers] == [201] * 4
        live = Client(site, key).get(f"{PATH}/feed").json["response"]["value"]
        assert live in {answer.json["response"]["value"] for answer in answers}
        with database.session() as session:
            user_id = session.scalar(select(User.id).where(User.username == "somebody"))
            rows = select(func.count()).where(
                UserSecret.user_id == user_id,
                UserSecret.kind == "feed",
                UserSecret.revoked.is_(None),
            )
            assert session.scalar(rows) == 1
        told = {answer.json["response"]["value"] for answer in answers} - {live}
        assert not any(opens_feed(Client(site), value) for value in told)
        assert opens_feed(Client(site), live)

    def test_first_use(self, make_site: Callable[..., Any]) -> None:
        site = make_site()
        with site.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            key = factory.key(factory.user("somebody"))
        start = threading.Barrier(4, timeout=20)
        answers: list[Any] = []

        def look() -> None:
            client = Client(site, key)
            start.wait()
            answers.append(client.get(PATH))

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [answer.status_int for answer in answers] == [200] * 4
        assert len({answer.text for answer in answers}) == 1
