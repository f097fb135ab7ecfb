"""Mails to unconfirmed addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from pyramid_mailer.message import Message
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.errors import Unavailable
from pulsar.interfaces import IMailLimits
from pulsar.invites.models import Invite
from pulsar.mail.unconfirmed import MailLimits, TooManyMails
from pulsar.ratelimit.memory import MemoryRateLimiter
from pulsar.ratelimit.redis import RedisRateLimiter
from pulsar.settings.limit import Limit
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

STRANGER = "stranger@example.org"
FIVE, TWENTY = 5, 20
Register = Callable[..., Any]


@pytest.fixture
def register(client: Client) -> Register:
    """``register(email, address)``: register an account from the address."""
    numbers = count()

    def post(email: str, address: str) -> Any:
        account = {"username": f"new{next(numbers)}", "password": PASSWORD, "email": email}
        return client.post("/users", account, remote_addr=address)

    return post


class TestConfirmation:
    def test_fifty_to_one_address(
        self, register: Register, mails: list[Message], db: Session
    ) -> None:
        answers = [register(STRANGER, f"192.0.2.{number}") for number in range(50)]
        assert Counter(answer.status_int for answer in answers) == {201: FIVE, 429: 45}
        assert len(mails) == FIVE
        refused = answers[-1]
        assert refused.json["code"] == "too_many_mails"
        assert refused.json["response"] == (
            "Too many mails were sent to this address. Try again later."
        )
        assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
        members = select(func.count()).select_from(User).where(User.email == STRANGER)
        assert db.scalar(members) == FIVE

    def test_one_mailbox_under_many_names(self, register: Register, mails: list[Message]) -> None:
        for number in range(9):
            register(f"Stranger+{number}@Example.org", f"192.0.2.{number}")
        assert len(mails) == FIVE

    def test_of_one_network(self, register: Register, mails: list[Message]) -> None:
        answers = [
            register(f"stranger{number}@example.org", f"2001:db8::{number}")
            for number in range(TWENTY + 2)
        ]
        assert [answer.status_int for answer in answers] == [*[201] * TWENTY, 429, 429]
        assert answers[-1].json["response"] == (
            "Too many mails were asked for from your network. Try again later."
        )
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
        assert len(mails) == TWENTY
        assert register("other@example.org", "2001:db8:0:1::1").status_int == 201

    def test_nothing_is_counted_where_nothing_is_mailed(self, register: Register) -> None:
        answers = [register(STRANGER, "192.0.2.1") for _ in range(FIVE + 1)]
        assert {answer.status_int for answer in answers} == {201}


class TestChange:
    def test_of_the_address(self, client: Client, factory: Factory, mails: list[Message]) -> None:
        statuses = []
        for number in range(FIVE + 2):
            caller = client.as_key(factory.key(factory.user())).from_address(f"192.0.2.{number}")
            body = {"existing_password": PASSWORD, "email": STRANGER}
            statuses.append(caller.put("/users/settings", body).status_int)
        assert statuses == [*[200] * FIVE, 429, 429]
        assert len(mails) == FIVE

    def test_notices_to_an_address_that_is_not_confirmed(
        self, client: Client, factory: Factory, mails: list[Message]
    ) -> None:
        user = factory.user(email=STRANGER)
        passwords = [f"Purple tractor {number}!" for number in range(FIVE + 2)]
        old = PASSWORD
        for number, new in enumerate(passwords):
            caller = client.as_key(factory.key(user)).from_address(f"192.0.2.{number}")
            body = {"existing_password": old, "new_password": new}
            caller.put("/users/settings", body, status=200)
            old = new
        assert len(mails) == FIVE

    def test_members_with_a_confirmed_one_are_told_each_time(
        self, client: Client, factory: Factory, mails: list[Message]
    ) -> None:
        user = factory.user(email_confirmed=utcnow())
        old = PASSWORD
        for number in range(FIVE + 2):
            new = f"Purple tractor {number}!"
            body = {"existing_password": old, "new_password": new}
            client.as_key(factory.key(user)).put("/users/settings", body, status=200)
            old = new
        assert len(mails) == FIVE + 2


class TestInvites:
    @pytest.fixture(autouse=True)
    def _invite_only(self, registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.registration", "invite")

    def test_to_one_address(
        self, client: Client, factory: Factory, mails: list[Message], db: Session
    ) -> None:
        user = factory.user(invites=9, grants=["invites_send"])
        caller = client.as_key(factory.key(user))
        statuses = [
            caller.from_address(f"192.0.2.{number}")
            .post("/invites", {"email": STRANGER})
            .status_int
            for number in range(FIVE + 2)
        ]
        assert statuses == [*[201] * FIVE, 429, 429]
        assert len(mails) == FIVE
        db.expire_all()
        # Refused requests cost no invites.
        assert db.get_one(User, user.id).invites == 9 - FIVE
        assert db.scalar(select(func.count()).select_from(Invite)) == FIVE


class TestReset:
    @pytest.fixture(autouse=True)
    def _many_tokens(self, registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.mail_tokens_per_hour", 100)

    def test_says_the_same_and_mails_nothing(
        self, client: Client, factory: Factory, mails: list[Message]
    ) -> None:
        factory.user(email=STRANGER)
        answers = [
            client.post(
                "/password_reset", {"email": email}, remote_addr=f"192.0.2.{number}", status=200
            )
            for email in (STRANGER, "nobody@example.org")
            for number in range(FIVE + 2)
        ]
        assert len(mails) == FIVE
        assert len({answer.json["response"] for answer in answers}) == 1

    def test_other_mails_keep_nobody_from_it(
        self, client: Client, register: Register, mails: list[Message]
    ) -> None:
        for number in range(FIVE + 2):
            register(STRANGER, f"192.0.2.{number}")
        mails.clear()
        client.post("/password_reset", {"email": STRANGER}, remote_addr="192.0.2.1", status=200)
        assert len(mails) == FIVE


class TestLimits:
    def test_the_service(self, registry: Any) -> None:
        assert isinstance(registry.getUtility(IMailLimits), MailLimits)

    def test_an_exceeded_network_takes_nothing_from_an_address(self) -> None:
        limiter = MemoryRateLimiter()
        limits = MailLimits(lambda: limiter, Limit(1, 60), Limit(1, 60))
        limits.count("unasked", "a@example.org", "192.0.2.1")
        with pytest.raises(TooManyMails):
            limits.count("unasked", "b@example.org", "192.0.2.1")
        limits.count("unasked", "b@example.org", "192.0.2.2")

    def test_a_window_that_ends_earlier(self, time_machine: Any) -> None:
        time_machine.move_to(utcnow(), tick=False)
        limiter = MemoryRateLimiter()
        limits = MailLimits(lambda: limiter, Limit(1, 86_400), Limit(9, 60))
        limits.count("reset", "a@example.org", "192.0.2.1", longest=3600)
        with pytest.raises(TooManyMails):
            limits.count("reset", "a@example.org", "192.0.2.1", longest=3600)
        time_machine.shift(3601)
        limits.count("reset", "a@example.org", "192.0.2.1", longest=3600)

    def test_redis_away(self) -> None:
        limiter = RedisRateLimiter("redis://127.0.0.1:1/0", "")
        limits = MailLimits(lambda: limiter, Limit(1, 60), Limit(1, 60))
        with pytest.raises(Unavailable):
            limits.count("unasked", "a@example.org", "192.0.2.1")
