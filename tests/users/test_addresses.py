"""Recorded addresses of members."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.classes.models import (
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClassPermission,
)
from pulsar.db import utcnow
from pulsar.interfaces import ICache, IDatabase, IJob
from pulsar.invites.models import Invite
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.addresses import UNRECORDED, UserAddress
from pulsar.users.forgetting import forget_addresses
from pulsar.users.models import User
from pulsar.users.recorded_addresses import plain_agent

HERE = "192.0.2.1"
AGENT = {"User-Agent": "Program/1.0"}


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("somebody")


@pytest.fixture
def key(factory: Factory, user: User) -> str:
    return factory.key(user)


@pytest.fixture
def caller(client: Client, key: str) -> Client:
    return client.as_key(key).from_address(HERE)


@pytest.fixture
def unrecorded(factory: Factory) -> User:
    return factory.user("shy", grants=["site_no_ip_history"])


@pytest.fixture
def clock() -> Iterable[time_machine.Traveller]:
    with time_machine.travel(utcnow(), tick=False) as clock:
        yield clock


def recorded(db: Session, user: User) -> list[tuple[str, str]]:
    """Return the recorded addresses and programs of the member."""
    db.expire_all()
    rows = db.scalars(
        select(UserAddress).where(UserAddress.user_id == user.id).order_by(UserAddress.address)
    )
    return [(row.address, row.user_agent) for row in rows]


def of_key(db: Session, key: str) -> tuple[str, str]:
    """Return the address and program of the key's last use."""
    db.expire_all()
    row = db.scalars(select(APIKey).where(APIKey.hash == key[:10])).one()
    return row.ip, row.user_agent


class TestPlainAgent:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (None, ""),
            ("curl/8.0 (x; y)", "curl/8.0 (x; y)"),
            ("a\tb\0c\x1b[31md\x7fe\x85f\u202eg\nh", "abc[31mdefgh"),
            ("x" * 300, "x" * 255),
            ("\x01" * 300 + "y" * 300, "y" * 255),
        ],
    )
    def test_characters(self, text: str | None, expected: str) -> None:
        assert plain_agent(text) == expected


class TestUse:
    def test_of_a_key(self, caller: Client, key: str, user: User, db: Session) -> None:
        caller.get("/", headers=AGENT, status=200)
        assert of_key(db, key) == (HERE, "Program/1.0")
        assert recorded(db, user) == [(HERE, "Program/1.0")]

    def test_not_more_often_than_the_use_is_written_down(
        self,
        caller: Client,
        key: str,
        user: User,
        db: Session,
        clock: Any,
        count_sql: Callable[[], Any],
    ) -> None:
        caller.get("/", status=200)
        clock.shift(60)
        with count_sql() as statements:
            caller.from_address("192.0.2.2").get("/", status=200)
        assert statements == []
        clock.shift(61)
        caller.from_address("192.0.2.2").get("/", headers=AGENT, status=200)
        assert of_key(db, key) == ("192.0.2.2", "Program/1.0")
        assert recorded(db, user) == [(HERE, ""), ("192.0.2.2", "Program/1.0")]

    def test_loading_the_key_again_is_no_further_use(
        self, caller: Client, registry: Any, user: User, count_sql: Callable[[], Any]
    ) -> None:
        caller.get("/", status=200)
        registry.getUtility(ICache).invalidate([f"user:{user.id}"])
        with count_sql() as statements:
            caller.get("/", status=200)
        assert {statement.split()[0] for statement in statements} == {"SELECT"}
        registry.getUtility(ICache).invalidate([f"user:{user.id}"])
        with count_sql() as statements:
            caller.from_address("192.0.2.2").get("/", status=200)
        assert {"UPDATE", "INSERT"} <= {statement.split()[0] for statement in statements}

    def test_one_row_for_one_address(
        self, caller: Client, user: User, db: Session, clock: Any
    ) -> None:
        first = utcnow()
        caller.get("/", headers={"User-Agent": "Old/1"}, status=200)
        clock.shift(timedelta(days=1))
        caller.get("/", headers={"User-Agent": "New/2"}, status=200)
        db.expire_all()
        row = db.scalars(select(UserAddress)).one()
        assert (row.first_seen, row.last_seen) == (first, first + timedelta(days=1))
        assert row.user_agent == "New/2"

    def test_a_caller_without_an_address(
        self, client: Client, key: str, user: User, db: Session
    ) -> None:
        client.as_key(key).from_address("unknown").get("/", headers=AGENT, status=200)
        assert of_key(db, key) == ("", "Program/1.0")
        assert recorded(db, user) == []

    def test_a_wrong_key(self, client: Client, key: str, user: User, db: Session) -> None:
        wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
        client.as_key(wrong).from_address(HERE).get("/", status=401)
        assert of_key(db, key) == ("", "")
        assert recorded(db, user) == []

    def test_a_request_that_fails(self, caller: Client, user: User, db: Session) -> None:
        caller.get("/users/987654", status=404)
        assert recorded(db, user) == [(HERE, "")]

    def test_hostile_headers(self, caller: Client, key: str, db: Session) -> None:
        agent = "\x00\x1b" + "\xe9" * 400
        caller.get("/", headers={"User-Agent": agent, "X-Forwarded-For": "6.6.6.6"}, status=200)
        assert of_key(db, key) == (HERE, "\xe9" * 255)


class TestUnrecorded:
    """Members whose addresses are not recorded."""

    def test_use(self, client: Client, factory: Factory, unrecorded: User, db: Session) -> None:
        key = factory.key(unrecorded)
        client.as_key(key).from_address(HERE).get("/", headers=AGENT, status=200)
        assert of_key(db, key) == (UNRECORDED, "")
        assert recorded(db, unrecorded) == [(UNRECORDED, "")]

    def test_a_narrow_key(
        self, client: Client, factory: Factory, unrecorded: User, db: Session
    ) -> None:
        key = factory.key(unrecorded, "users_view")
        client.as_key(key).from_address(HERE).get("/", headers=AGENT, status=200)
        assert of_key(db, key) == (UNRECORDED, "")

    @pytest.mark.parametrize(
        ("grants", "address"), [([], HERE), (["site_no_ip_history"], UNRECORDED)]
    )
    def test_god_mode_alone_is_no_grant(
        self, client: Client, factory: Factory, db: Session, grants: list[str], address: str
    ) -> None:
        god = factory.user(grants=["site_god_mode", *grants])
        client.as_key(factory.key(god)).from_address(HERE).get("/", status=200)
        assert recorded(db, god) == [(address, "")]

    def test_staff_is_recorded(self, client: Client, factory: Factory, db: Session) -> None:
        god = factory.staff()
        client.as_key(factory.key(god)).from_address(HERE).get("/", headers=AGENT, status=200)
        assert recorded(db, god) == [(HERE, "Program/1.0")]

    def test_a_class_may_grant_it(self, client: Client, factory: Factory, db: Session) -> None:
        god = factory.staff()
        group = SecondaryClass(name="Unseen")
        db.add(group)
        db.flush()
        permission = "site_no_ip_history"
        db.add(SecondaryClassPermission(secondary_class_id=group.id, permission=permission))
        db.add(SecondaryClassMember(secondary_class_id=group.id, user_id=god.id))
        db.commit()
        client.as_key(factory.key(god)).from_address(HERE).get("/", headers=AGENT, status=200)
        assert recorded(db, god) == [(UNRECORDED, "")]

    def test_login(self, client: Client, unrecorded: User, db: Session) -> None:
        account = {"username": "shy", "password": PASSWORD}
        answer = client.from_address(HERE).post("/api_keys", account, headers=AGENT, status=201)
        assert of_key(db, answer.json["response"]["key"]) == (UNRECORDED, "")
        assert recorded(db, unrecorded) == [(UNRECORDED, "")]

    def test_registration(self, client: Client, db: Session) -> None:
        db.add(UserClassPermission(user_class_id=1, permission="site_no_ip_history"))
        db.commit()
        account = {"username": "newcomer", "password": PASSWORD, "email": "new@example.org"}
        client.from_address(HERE).post("/users", account, headers=AGENT, status=201)
        user = db.scalars(select(User).where(User.username == "newcomer")).one()
        assert recorded(db, user) == [(UNRECORDED, "")]

    def test_invite(
        self,
        client: Client,
        factory: Factory,
        db: Session,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.registration", "invite")
        user = factory.user(grants=["site_no_ip_history", "invites_send"], invites=1)
        caller = client.as_key(factory.key(user)).from_address(HERE)
        caller.post("/invites", {"email": "friend@example.org"}, status=201)
        assert db.scalars(select(Invite.from_ip)).one() == UNRECORDED


class TestLogin:
    def test_by_password(self, client: Client, user: User, db: Session) -> None:
        account = {"username": "somebody", "password": PASSWORD}
        answer = client.from_address(HERE).post("/api_keys", account, headers=AGENT, status=201)
        assert of_key(db, answer.json["response"]["key"]) == (HERE, "Program/1.0")
        assert recorded(db, user) == [(HERE, "Program/1.0")]
        assert user.last_seen is not None

    def test_by_another_key(self, caller: Client, db: Session) -> None:
        key = caller.post("/api_keys", headers=AGENT, status=201).json["response"]["key"]
        assert of_key(db, key) == (HERE, "Program/1.0")

    def test_wrong_password(self, client: Client, user: User, db: Session) -> None:
        account = {"username": "somebody", "password": "wrong horse 1!"}
        client.from_address(HERE).post("/api_keys", account, status=401)
        assert recorded(db, user) == []


class TestRegistration:
    def test_success(self, client: Client, db: Session) -> None:
        account = {"username": "newcomer", "password": PASSWORD, "email": "new@example.org"}
        client.from_address(HERE).post("/users", account, headers=AGENT, status=201)
        user = db.scalars(select(User).where(User.username == "newcomer")).one()
        assert recorded(db, user) == [(HERE, "Program/1.0")]
        assert user.last_seen is not None


class TestLastSeen:
    @staticmethod
    def seen(client: Client, path: str) -> datetime | None:
        last_seen = client.get(path, status=200).json["response"]["last_seen"]
        return None if last_seen is None else datetime.fromisoformat(last_seen)

    def test_of_oneself(self, caller: Client, clock: Any) -> None:
        first = utcnow().replace(microsecond=0)
        assert self.seen(caller, "/users/me") == first
        clock.shift(60)
        assert self.seen(caller, "/users/me") == first
        clock.shift(240)
        # A copy of the profile would still show the first time.
        assert self.seen(caller, "/users/me") == first + timedelta(seconds=300)

    def test_for_moderators(self, client: Client, factory: Factory, user: User) -> None:
        moderator = client.as_key(factory.key(factory.user(grants=["users_moderate"])))
        assert self.seen(moderator, f"/users/{user.id}") is None
        client.as_key(factory.key(user)).get("/", status=200)
        assert self.seen(moderator, f"/users/{user.id}") is not None

    def test_not_for_others(self, member: Client, user: User) -> None:
        assert "last_seen" not in member.get(f"/users/{user.id}").json["response"]

    def test_never_goes_back(self, caller: Client, user: User, db: Session) -> None:
        """A slow request may write after a quick one that came later."""
        later = utcnow() + timedelta(hours=1)
        user.last_seen = later
        db.add(UserAddress(user_id=user.id, address=HERE, last_seen=later, user_agent="Late/1"))
        db.commit()
        caller.get("/", headers=AGENT, status=200)
        db.refresh(user)
        assert user.last_seen == later
        assert recorded(db, user) == [(HERE, "Late/1")]


class TestForgetting:
    def test_it_is_declared(self, registry: Any) -> None:
        job = registry.getUtility(IJob, "forget_addresses")
        assert (job.work, job.schedule.seconds) == (forget_addresses, 86_400)

    @pytest.mark.parametrize(("days", "expected"), [(0, True), (179, True), (181, False)])
    def test_addresses(
        self, registry: Any, db: Session, user: User, key: str, days: int, expected: bool
    ) -> None:
        then = utcnow() - timedelta(days=days)
        db.add(UserAddress(user_id=user.id, address=HERE, first_seen=then, last_seen=then))
        row = db.scalars(select(APIKey).where(APIKey.hash == key[:10])).one()
        row.ip, row.user_agent, row.last_used = HERE, "Program/1.0", then
        invite = Invite(
            code="x" * 24,
            inviter_id=user.id,
            email="friend@example.org",
            from_ip=HERE,
            time_sent=then,
            expires=then,
        )
        db.add(invite)
        db.commit()
        forget_addresses(registry)
        assert bool(recorded(db, user)) is expected
        assert of_key(db, key) == ((HERE, "Program/1.0") if expected else ("", ""))
        db.refresh(invite)
        assert invite.from_ip == (HERE if expected else "")

    def test_the_setting(
        self, registry: Any, db: Session, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.address_days", 2)
        then = utcnow() - timedelta(days=3)
        db.add(UserAddress(user_id=user.id, address=HERE, first_seen=then, last_seen=then))
        db.commit()
        forget_addresses(registry)
        assert recorded(db, user) == []


class TestRace:
    """First uses of several keys of a member from one address at the same moment."""

    def test_all_are_answered(self, make_site: Any, together: Callable[..., list[Any]]) -> None:
        site = make_site()
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            user = factory.user()
            callers = [Client(site).as_key(factory.key(user)).from_address(HERE) for _ in range(6)]
        calls = [lambda caller=caller: caller.get("/users/me").status_int for caller in callers]
        assert together(*calls) == [200] * 6
        with database.session() as session:
            assert session.scalar(select(func.count()).select_from(UserAddress)) == 1
            assert session.scalar(select(func.count()).where(APIKey.ip == HERE)) == 6
