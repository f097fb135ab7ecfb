"""Delays after failed logins."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts.backoff import Attempt, forget_old
from pulsar.accounts.errors import LoginBlocked
from pulsar.accounts.models import LoginFailures
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, IPasswords
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.passwords import Passwords

LogIn = Callable[..., Any]
WRONG = "wrong horse 1!"
#: The response to strangers.
BLOCKED = (429, "login_blocked")
DELAYS = [0, 0, 0, 30, 90, 300, 900, 10_800, 21_600, 86_400]


def subject_of(username: str, network: str) -> str:
    """Return the subject under which failures of an account from a network are counted."""
    text = f"{username}\n{network}"
    return f"place:{hashlib.sha256(text.encode()).hexdigest()}"


class TestDelays:
    @pytest.mark.parametrize("username", ["member", "nobody"])
    def test_one_after_the_other(
        self, factory: Factory, log_in: LogIn, clock: Any, username: str
    ) -> None:
        factory.user("member")
        for delay in [*DELAYS, 86_400]:
            answer = log_in(username, WRONG)
            assert (answer.status_int, answer.json["code"]) == (401, "invalid_credentials")
            if delay:
                blocked = log_in(username, WRONG)
                assert (blocked.status_int, blocked.json["code"]) == (429, "login_blocked")
                assert blocked.headers["Retry-After"] == str(delay)
                clock.shift(delay - 0.5)
                late = log_in(username, WRONG)
                assert (late.status_int, late.headers["Retry-After"]) == (429, "1")
                clock.shift(0.5)

    def test_the_right_password_waits_too(
        self, factory: Factory, log_in: LogIn, clock: Any
    ) -> None:
        factory.user("member")
        for _ in range(4):
            log_in("member", WRONG)
        assert log_in("member").status_int == 429
        clock.shift(30)
        assert log_in("member").status_int == 201

    def test_case_of_the_name(self, factory: Factory, log_in: LogIn, clock: Any) -> None:
        factory.user("Member")
        for name in ("member", "MEMBER", "Member", "mEmBeR"):
            log_in(name, WRONG)
        assert log_in("Member").status_int == 429

    def test_address(self, factory: Factory, log_in: LogIn, clock: Any) -> None:
        factory.user("member")
        for number in range(4):
            log_in(f"somebody{number}", WRONG)
        assert log_in("member").status_int == 429
        assert log_in("member", address="192.0.2.2").status_int == 201

    def test_answer_names_the_seconds(self, log_in: LogIn, clock: Any) -> None:
        for _ in range(4):
            log_in("nobody", WRONG)
        answer = log_in("nobody", WRONG)
        assert answer.json["response"] == "Too many failed logins. Try again in 30 seconds."

    def test_kept_although_the_request_failed(self, log_in: LogIn, db: Session, clock: Any) -> None:
        log_in("Nobody", WRONG)
        rows = db.scalars(select(LoginFailures).order_by(LoginFailures.subject)).all()
        assert [(row.subject, row.failures) for row in rows] == [
            ("account:nobody", 1),
            ("address:192.0.2.1", 1),
            (subject_of("nobody", "192.0.2.1"), 1),
        ]

    def test_nothing_was_guessed_without_a_name(self, client: Client, db: Session) -> None:
        client.post("/api_keys", {}, status=401)
        client.post("/api_keys", {"password": WRONG}, status=401)
        assert not db.scalars(select(LoginFailures)).all()


class TestDecay:
    @pytest.fixture
    def failures(self, db: Session) -> Callable[[str], int]:
        def count(subject: str) -> int:
            db.expire_all()
            row = db.get(LoginFailures, subject)
            return row.failures if row else 0

        return count

    def test_success_clears_the_account_at_its_network_only(
        self, factory: Factory, log_in: LogIn, clock: Any, failures: Callable[[str], int]
    ) -> None:
        factory.user("member")
        for _ in range(3):
            log_in("member", WRONG)
        assert log_in("member").status_int == 201
        assert failures(subject_of("member", "192.0.2.1")) == 0
        assert failures("account:member") == 3
        assert failures("address:192.0.2.1") == 3

    def test_an_hour_takes_one_off(
        self, log_in: LogIn, clock: Any, failures: Callable[[str], int]
    ) -> None:
        for _ in range(3):
            log_in("nobody", WRONG)
        clock.shift(3599)
        assert failures("account:nobody") == 3
        clock.shift(1)
        log_in("nobody", WRONG)
        assert failures("account:nobody") == 3
        clock.shift(2 * 3600)
        log_in("nobody", WRONG)
        assert failures("account:nobody") == 2

    def test_never_below_none(
        self, log_in: LogIn, clock: Any, failures: Callable[[str], int]
    ) -> None:
        log_in("nobody", WRONG)
        clock.shift(100 * 3600)
        log_in("nobody", WRONG)
        assert failures("account:nobody") == 1

    def test_waiting_takes_nothing_off(
        self, log_in: LogIn, clock: Any, failures: Callable[[str], int]
    ) -> None:
        for delay in DELAYS[:8]:
            log_in("nobody", WRONG)
            clock.shift(delay)
        log_in("nobody", WRONG)
        assert failures("address:192.0.2.1") == 9
        assert failures(subject_of("nobody", "192.0.2.1")) == 9

    def test_job_drops_what_is_forgotten(
        self, log_in: LogIn, clock: Any, db: Session, registry: Any
    ) -> None:
        log_in("old", WRONG, address="192.0.2.7")
        clock.shift(timedelta(hours=30, seconds=1))
        log_in("new", WRONG, address="192.0.2.8")
        forget_old(registry)
        subjects = db.scalars(select(LoginFailures.subject).order_by(LoginFailures.subject))
        place = subject_of("new", "192.0.2.8")
        assert list(subjects) == ["account:new", "address:192.0.2.8", place]

    def test_job_leaves_whoever_waits(self, db: Session, registry: Any) -> None:
        row = LoginFailures(
            subject="account:a",
            failures=10,
            last_failure=utcnow() - timedelta(hours=31),
            blocked_until=utcnow() + timedelta(hours=1),
        )
        db.add(row)
        db.commit()
        forget_old(registry)
        assert db.scalars(select(LoginFailures.subject)).all() == ["account:a"]


class TestStrangers:
    """Members are not locked out by strangers who guess elsewhere."""

    HOME, RESET = "2001:db8:1::1", "2001:db8:2::1"

    @pytest.fixture
    def member(self, client: Client, factory: Factory, log_in: LogIn) -> Client:
        """A member who logged in once from home."""
        factory.user("member")
        key = log_in("member", address=self.HOME).json["response"]["key"]
        return client.as_key(key).from_address(self.HOME)

    @pytest.fixture
    def guess(self, member: Client, log_in: LogIn) -> Callable[..., list[int]]:
        """``guess(networks, times)``: send ``times`` wrong passwords from each of the networks."""

        def send(networks: int, times: int = 1) -> list[int]:
            return [
                log_in("member", WRONG, address=f"198.51.{100 + times}.{number}").status_int
                for number in range(networks)
                for _ in range(times)
            ]

        return send

    def test_five_failures_elsewhere(self, log_in: LogIn, clock: Any, guess: Any) -> None:
        assert guess(1, 5) == [401, 401, 401, 401, 429]
        assert log_in("member", address="192.0.2.99").status_int == 201

    def test_distributed_guessing_is_limited(self, log_in: LogIn, clock: Any, guess: Any) -> None:
        statuses = guess(40)
        assert Counter(statuses) == {401: 24, 429: 16}
        assert statuses[24:] == [429] * 16
        answer = log_in("member", address="192.0.2.99")
        assert (answer.status_int, answer.json["code"]) == BLOCKED
        for delay in DELAYS[3:]:
            clock.shift(delay)
            assert sum(status == 401 for status in guess(8)) == 1

    def test_a_network_of_the_member(self, log_in: LogIn, clock: Any, guess: Any) -> None:
        guess(40)
        # The whole IPv6 /64 is the member's.
        for address in (self.HOME, "2001:db8:1::abcd"):
            assert log_in("member", address=address).status_int == 201

    def test_a_network_of_the_member_is_limited_too(
        self, log_in: LogIn, clock: Any, member: Any
    ) -> None:
        statuses = [log_in("member", WRONG, address=self.HOME).status_int for _ in range(6)]
        assert statuses == [401, 401, 401, 401, 429, 429]
        assert log_in("member", address="192.0.2.99").status_int == 201

    def test_strangers_at_the_network_of_the_member(
        self, log_in: LogIn, clock: Any, member: Client
    ) -> None:
        for number in range(5):
            log_in(f"somebody{number}", WRONG, address=self.HOME)
        assert log_in("member", address=self.HOME).status_int == 201

    def test_somebody_elses_network_is_nobody_elses(
        self, log_in: LogIn, clock: Any, member: Client, factory: Factory
    ) -> None:
        factory.user("other")
        statuses = [log_in("other", WRONG, address=self.HOME).status_int for _ in range(5)]
        assert statuses[-1] == 429
        assert log_in("third", WRONG, address=self.HOME).status_int == 429

    def test_settings(self, clock: Any, guess: Any, log_in: LogIn, member: Client) -> None:
        guess(40)
        for _ in range(6):
            log_in("member", WRONG, address=self.HOME)
        for address in (self.HOME, "192.0.2.99"):
            body = {"existing_password": PASSWORD, "email": "new@example.org"}
            member.from_address(address).put("/users/settings", body, status=200)

    def test_guessing_in_settings_is_limited(self, clock: Any, member: Client) -> None:
        def confirm(number: int, password: str) -> int:
            body = {"existing_password": password, "email": "new@example.org"}
            caller = member.from_address(f"192.0.2.{number}")
            return caller.put("/users/settings", body).status_int

        assert [confirm(number, WRONG) for number in range(5)] == [401, 401, 401, 401, 429]
        assert confirm(9, PASSWORD) == 429

    @pytest.mark.parametrize("grants", [(), ("site_no_ip_history",)])
    def test_a_mailed_reset(
        self,
        client: Client,
        factory: Factory,
        log_in: LogIn,
        clock: Any,
        guess: Any,
        mails: Any,
        grants: tuple[str, ...],
    ) -> None:
        factory.user("shy", grants=grants)
        for number in range(40):
            log_in("shy", WRONG, address=f"198.51.100.{number}")
        for number in range(5):
            log_in(f"somebody{number}", WRONG, address=self.RESET)
        assert log_in("shy", address=self.RESET).status_int == 429
        client.post("/password_reset", {"email": "shy@example.org"}, status=200)
        (token,) = re.findall(r"[A-Za-z0-9_-]{43}", mails[-1].body)
        body = {"token": token, "password": "another horse 2!"}
        client.post("/password_reset/confirm", body, remote_addr=self.RESET, status=200)
        for number in range(40):
            log_in("shy", WRONG, address=f"203.0.113.{number}")
        assert log_in("shy", "another horse 2!", address="192.0.2.99").status_int == 429
        assert log_in("shy", "another horse 2!", address=self.RESET).status_int == 201
        clock.shift(timedelta(hours=23))
        assert log_in("shy", "another horse 2!", address="2001:db8:2::2").status_int == 201


class TestParallel:
    """Parallel guesses get no more answers than the same number of sequential ones."""

    @pytest.fixture
    def site(self, make_site: Callable[..., Any]) -> Any:
        site = make_site()
        site.registry.registerUtility(Passwords(memory_kib=64, passes=1), IPasswords)
        account = {"username": "member", "password": PASSWORD, "email": "m@example.org"}
        Client(site).post("/users", account, status=201)
        return site

    def test_exact(self, site: Any, together: Callable[..., list[Any]]) -> None:
        body = {"username": "member", "password": WRONG}
        answers = together(12, lambda number: Client(site).post("/api_keys", body).status_int)
        assert Counter(answers) == {401: 4, 429: 8}
        with site.registry.getUtility(IDatabase).session() as session:
            assert set(session.scalars(select(LoginFailures.failures))) == {4}

    def test_what_was_blocked_meanwhile_fails(self, registry: Any, db: Session) -> None:
        slow = Attempt(registry, "member", "192.0.2.1")
        slow.begin(db)
        for _ in range(4):
            Attempt(registry, "member", "192.0.2.1").failed()
        with pytest.raises(LoginBlocked):
            slow.succeeded(db)
        with pytest.raises(LoginBlocked):
            slow.failed()
        row = db.get_one(LoginFailures, "address:192.0.2.1")
        assert row.failures == 4

    def test_clock_of_another_machine_is_ahead(
        self, registry: Any, db: Session, clock: Any
    ) -> None:
        clock.shift(0.2)
        Attempt(registry, "member", "192.0.2.1").failed()
        clock.shift(-0.2)
        Attempt(registry, "member", "192.0.2.1").failed()
        assert db.get_one(LoginFailures, "account:member").failures == 2


class TestSettings:
    def test_others(self, lab: Callable[..., Client], factory: Factory) -> None:
        site = lab(settings={"pulsar.login_delays": "0 7"})
        body = {"username": "nobody", "password": WRONG}
        for status in (401, 401, 429):
            answer = site.post("/api_keys", body, status=status)
        assert answer.headers["Retry-After"] == "7"
