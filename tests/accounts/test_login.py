"""Logging in: the checks and the responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from pyramid_retry import RetryableException
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts.models import LoginFailures, TwoFactor
from pulsar.apikeys.models import APIKey
from pulsar.apikeys.services import create_key
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, IIPBans, IPasswords, ITwoFactor
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, QUICK_HASHES, Factory
from pulsar.testing.sql import Statements, counted
from pulsar.users.models import User
from pulsar.users.passwords import Passwords

LogIn = Callable[..., Any]
WRONG = "wrong horse 1!"


class Counting:
    """Counts verifications of passwords."""

    def __init__(self, passwords: Any) -> None:
        self.passwords = passwords
        self.verified: list[bool] = []

    def verify(self, encoded: str | None, password: str) -> bool:
        self.verified.append(encoded is not None)
        return bool(self.passwords.verify(encoded, password))

    def rehash(self, encoded: str, password: str) -> str | None:
        return self.passwords.rehash(encoded, password)


def secure(site: Any, kind: str = "totp") -> str:
    """Give the site's only member a second factor, and return one of its codes."""
    service = site.registry.getUtility(ITwoFactor)
    with site.registry.getUtility(IDatabase).session(True) as session:
        user_id = session.scalars(select(User.id)).one()
        totp = pyotp.TOTP(service.begin(session, user_id))
        codes = service.confirm(session, user_id, totp.now())
        # As if the first code had been used long ago.
        session.get_one(TwoFactor, user_id).last_counter = 0
        session.commit()
    return str(totp.now() if kind == "totp" else codes[0])


@pytest.fixture
def passwords(registry: Any) -> Any:
    real = registry.getUtility(IPasswords)
    counting = Counting(real)
    registry.registerUtility(counting, IPasswords)
    yield counting
    registry.registerUtility(real, IPasswords)


class TestTime:
    """The duration of a response does not reveal whether the member exists."""

    def test_one_password_is_verified(
        self, factory: Factory, log_in: LogIn, passwords: Counting
    ) -> None:
        factory.user("member")
        for username, password, exists in (
            ("member", PASSWORD, True),
            ("member", WRONG, True),
            ("nobody", WRONG, False),
        ):
            passwords.verified.clear()
            log_in(username, password)
            assert passwords.verified == [exists]

    @pytest.mark.parametrize("username", ["member", "nobody"])
    def test_none_while_blocked(
        self, factory: Factory, log_in: LogIn, passwords: Counting, clock: Any, username: str
    ) -> None:
        factory.user("member")
        for _ in range(4):
            log_in(username, WRONG)
        passwords.verified.clear()
        assert log_in(username, WRONG).status_int == 429
        assert passwords.verified == []

    def test_as_many_statements(
        self, factory: Factory, log_in: LogIn, count_sql: Callable[[], Any]
    ) -> None:
        factory.user("member")
        with count_sql() as of_member:
            log_in("member", WRONG, address="192.0.2.1")
        with count_sql() as unknown:
            log_in("nobody", WRONG, address="192.0.2.2")
        assert of_member == unknown


class TestTransactions:
    """A log-in opens one transaction before its password is verified, and one after that."""

    @pytest.fixture
    def site(self, make_site: Callable[..., Any]) -> Any:
        site = make_site()
        account = {"username": "member", "password": PASSWORD, "email": "m@example.org"}
        Client(site).post("/users", account, status=201)
        return site

    @staticmethod
    def send(site: Any, status: int, **values: Any) -> Statements:
        # Bans are read again every few seconds, by the next request.
        site.registry.getUtility(IIPBans).read()
        body = {"username": "member", "password": PASSWORD, **values}
        with counted(site.registry.getUtility(IDatabase).engine) as statements:
            Client(site).post("/api_keys", body, status=status)
        return statements

    def test_success(self, site: Any) -> None:
        statements = self.send(site, 201)
        assert statements.transactions == 2, "\n".join(statements)
        reads = [text for text in statements if "FROM login_failures" in text]
        # Failures of parallel attempts count too, so they are read on both sides.
        assert len(reads) == 2

    @pytest.mark.parametrize("username", ["member", "nobody"])
    def test_wrong_password(self, site: Any, username: str) -> None:
        statements = self.send(site, 401, username=username, password=WRONG)
        assert statements.transactions == 2, "\n".join(statements)

    def test_blocked(self, site: Any) -> None:
        for _ in range(4):
            self.send(site, 401, password=WRONG)
        assert self.send(site, 429).transactions == 1

    def test_a_deletion_of_failures_has_its_own(self, site: Any) -> None:
        self.send(site, 401, password=WRONG)
        assert self.send(site, 201).transactions == 3
        assert self.send(site, 201).transactions == 2

    def test_a_used_code_has_its_own(self, site: Any) -> None:
        assert self.send(site, 201, code=secure(site)).transactions == 3

    def test_no_connection_is_held_while_a_password_is_verified(
        self, site: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half a second of log-ins would exhaust the pool, or lock all writers out of SQLite."""
        pool = site.registry.getUtility(IDatabase).engine.pool
        connections: list[int] = []
        verify = Passwords.verify

        def note(self: Passwords, encoded: str | None, password: str) -> bool:
            connections.append(pool.checkedout())
            return verify(self, encoded, password)

        monkeypatch.setattr(Passwords, "verify", note)
        for status, password in ((201, PASSWORD), (401, WRONG)):
            self.send(site, status, password=password)
        assert connections == [0, 0]


class TestRefusedAfterwards:
    def test_failures_are_deleted(self, factory: Factory, log_in: LogIn, db: Session) -> None:
        """The password was right, although the request makes no key."""
        factory.user("member")
        log_in("member", WRONG)
        assert log_in("member", permissions=["site_god_mode"]).status_int == 400
        subjects = db.scalars(select(LoginFailures.subject).order_by(LoginFailures.subject)).all()
        assert subjects == ["account:member", "address:192.0.2.1"]


class TestSpelling:
    """A password is the same in all Unicode forms that a client sends."""

    COMPOSED, DECOMPOSED = "caf\u00e9 horse 1!", "cafe\u0301 horse 1!"

    @pytest.mark.parametrize("registered", [COMPOSED, DECOMPOSED])
    def test_registered_and_logged_in(self, client: Client, log_in: LogIn, registered: str) -> None:
        account = {"username": "marie", "email": "m@example.org", "password": registered}
        client.post("/users", account, status=201)
        for password in (self.COMPOSED, self.DECOMPOSED):
            assert log_in("marie", password).status_int == 201

    @pytest.mark.parametrize(
        ("length", "status"), [(11, 400), (12, 201), (512, 201), (513, 400), (100_000, 400)]
    )
    def test_length_is_counted_once_normalised(
        self, client: Client, log_in: LogIn, length: int, status: int
    ) -> None:
        password = "1!" + "e\u0301" * (length - 3) + "e"
        account = {"username": "marie", "email": "m@example.org", "password": password}
        client.post("/users", account, status=status)
        if status == 201:
            assert log_in("marie", password).status_int == 201

    def test_common_in_wide_letters(self, client: Client) -> None:
        account = {"username": "marie", "email": "m@example.org"}
        wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "Password1234!")
        answer = client.post("/users", {**account, "password": wide}, status=400)
        assert answer.json["errors"] == {"password": ["This password is too common."]}

    def test_an_old_hash_is_accepted_and_renewed(
        self, factory: Factory, db: Session, log_in: LogIn
    ) -> None:
        user = factory.user("marie")
        hasher = PasswordHasher()
        user.passhash = hasher.hash(self.DECOMPOSED)
        db.commit()
        assert log_in("marie", self.COMPOSED).status_int == 401
        assert log_in("marie", self.DECOMPOSED).status_int == 201
        assert log_in("marie", self.COMPOSED).status_int == 201
        db.expire_all()
        # The parameters of test sites; tests of passwords assert those of production.
        assert "$m={},t={},p=1$".format(*QUICK_HASHES) in user.passhash

    def test_a_current_hash_is_left_alone(self, client: Client, db: Session, log_in: LogIn) -> None:
        account = {"username": "marie", "email": "m@example.org", "password": self.COMPOSED}
        client.post("/users", account, status=201)
        select_hash = select(User.passhash).where(User.username == "marie")
        before = db.scalar(select_hash)
        for password in (self.COMPOSED, self.DECOMPOSED, WRONG):
            log_in("marie", password)
        assert db.scalar(select_hash) == before


class TestSecondFactor:
    def test_password_alone(self, secured: Any, log_in: LogIn) -> None:
        answer = log_in("secured")
        assert (answer.status_int, answer.json["code"]) == (401, "two_factor_required")
        assert answer.json["response"] == "A code of your second factor is required."

    def test_with_a_code(self, secured: Any, log_in: LogIn) -> None:
        assert log_in("secured", code=secured.code()).status_int == 201

    @pytest.mark.parametrize("steps", [-1, 1])
    def test_clock_of_the_device_is_off(self, secured: Any, log_in: LogIn, steps: int) -> None:
        assert log_in("secured", code=secured.code(steps)).status_int == 201

    @pytest.mark.parametrize("steps", [-3, -2, 2, 3])
    def test_clock_of_the_device_is_wrong(self, secured: Any, log_in: LogIn, steps: int) -> None:
        answer = log_in("secured", code=secured.code(steps))
        assert (answer.status_int, answer.json["code"]) == (401, "invalid_code")

    @pytest.mark.parametrize("code", ["12345", "0" * 64, "abcdef", "é" * 6, "é" * 20])
    def test_wrong_code(self, secured: Any, log_in: LogIn, code: str) -> None:
        answer = log_in("secured", code=code)
        assert (answer.status_int, answer.json["code"]) == (401, "invalid_code")

    def test_grouped_as_devices_show_it(self, secured: Any, log_in: LogIn) -> None:
        code = secured.code()
        assert log_in("secured", code=f"{code[:3]} {code[3:]}").status_int == 201

    def test_code_is_good_once(self, secured: Any, log_in: LogIn) -> None:
        code = secured.code()
        assert log_in("secured", code=code).status_int == 201
        assert log_in("secured", code=code).json["code"] == "invalid_code"

    def test_nor_is_an_earlier_one(self, secured: Any, log_in: LogIn) -> None:
        earlier = secured.code(-1)
        assert log_in("secured", code=secured.code()).status_int == 201
        assert log_in("secured", code=earlier).json["code"] == "invalid_code"

    def test_next_code(self, secured: Any, log_in: LogIn, clock: Any) -> None:
        assert log_in("secured", code=secured.code()).status_int == 201
        clock.shift(30)
        assert log_in("secured", code=secured.code()).status_int == 201

    def test_recovery_code_is_good_once(self, secured: Any, log_in: LogIn) -> None:
        code = secured.recovery_codes[3]
        assert log_in("secured", code=code.upper()).status_int == 201
        assert log_in("secured", code=code).json["code"] == "invalid_code"
        assert log_in("secured", code=secured.recovery_codes[4]).status_int == 201

    def test_recovery_code_of_somebody_else(
        self, secured: Any, factory: Factory, log_in: LogIn, db: Session, registry: Any
    ) -> None:
        other = factory.user("other")
        service = registry.getUtility(ITwoFactor)
        service.begin(db, other.id)
        db.commit()
        assert log_in("secured", code="a" * 20).json["code"] == "invalid_code"

    def test_wrong_password_tells_nothing_of_it(self, secured: Any, log_in: LogIn) -> None:
        answer = log_in("secured", WRONG, code=secured.code())
        assert answer.json["code"] == "invalid_credentials"
        assert log_in("secured", code=secured.code()).status_int == 201

    def test_not_needed_with_a_key(self, secured: Any) -> None:
        secured.client.post("/api_keys", {}, status=201)

    def test_not_needed_before_it_is_confirmed(
        self, factory: Factory, log_in: LogIn, db: Session, registry: Any
    ) -> None:
        user = factory.user("member")
        registry.getUtility(ITwoFactor).begin(db, user.id)
        db.commit()
        assert log_in("member").status_int == 201

    def test_superfluous_code(self, factory: Factory, log_in: LogIn) -> None:
        factory.user("member")
        assert log_in("member", code="123456").status_int == 201


class TestGuessingCodes:
    def test_counts(self, secured: Any, log_in: LogIn) -> None:
        for _ in range(4):
            assert log_in("secured", code="000000").json["code"] == "invalid_code"
        assert log_in("secured", code=secured.code()).status_int == 429

    def test_password_alone_clears_nothing(self, secured: Any, log_in: LogIn, db: Session) -> None:
        for _ in range(3):
            log_in("secured", code="000000")
            log_in("secured")
            secured.client.put("/users/settings", {"existing_password": PASSWORD}, status=200)
        assert db.get_one(LoginFailures, "account:secured").failures == 3

    def test_both_clear(self, secured: Any, log_in: LogIn, db: Session) -> None:
        log_in("secured", code="000000")
        assert log_in("secured", code=secured.code()).status_int == 201
        subjects = db.scalars(select(LoginFailures.subject).order_by(LoginFailures.subject)).all()
        assert subjects == ["account:secured", "address:192.0.2.1"]

    def test_failures_of_keys_that_cannot_be_made(
        self, secured: Any, log_in: LogIn, db: Session
    ) -> None:
        """The code is used up although no key was created."""
        answer = log_in("secured", code=secured.code(), permissions=["site_god_mode"])
        assert answer.status_int == 400
        assert len(db.scalars(select(APIKey)).all()) == 1
        assert log_in("secured", code=secured.code()).json["code"] == "invalid_code"


class TestParallel:
    """Of many concurrent requests with the same code, one creates a key."""

    @pytest.mark.parametrize("kind", ["totp", "recovery"])
    def test_one_key(
        self, make_site: Callable[..., Any], together: Callable[..., list[Any]], kind: str
    ) -> None:
        site = make_site(**{"pulsar.login_delays": "0"})
        site.registry.registerUtility(Passwords(memory_kib=64, passes=1), IPasswords)
        account = {"username": "member", "password": PASSWORD, "email": "m@example.org"}
        Client(site).post("/users", account, status=201)
        code = secure(site, kind)
        body = {"username": "member", "password": PASSWORD, "code": code}
        answers = together(6, lambda number: Client(site).post("/api_keys", body).status_int)
        assert Counter(answers) == {201: 1, 401: 5}


class TestConfirmedAddress:
    @pytest.fixture
    def _required(self, registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.require_confirmed_email", True)

    @pytest.mark.usefixtures("_required")
    def test_unconfirmed(self, factory: Factory, log_in: LogIn) -> None:
        factory.user("member")
        answer = log_in("member")
        assert (answer.status_int, answer.json["code"]) == (403, "email_not_confirmed")

    @pytest.mark.usefixtures("_required")
    def test_told_to_nobody_without_the_password(self, factory: Factory, log_in: LogIn) -> None:
        factory.user("member")
        assert log_in("member", WRONG).json["code"] == "invalid_credentials"

    @pytest.mark.usefixtures("_required")
    def test_confirmed(self, factory: Factory, log_in: LogIn) -> None:
        factory.user("member", email_confirmed=utcnow())
        assert log_in("member").status_int == 201

    def test_not_required(self, factory: Factory, log_in: LogIn) -> None:
        factory.user("member")
        assert log_in("member").status_int == 201


class TestDisabled:
    def test_with_the_password(self, factory: Factory, log_in: LogIn) -> None:
        factory.user("member", enabled=False)
        answer = log_in("member")
        assert (answer.status_int, answer.json["code"]) == (403, "account_disabled")


class TestRetried:
    """A request that is retried after a conflict has used its code, and still succeeds."""

    def test_once(self, secured: Any, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
        tries: list[int] = []

        def clash(*args: Any, **kwargs: Any) -> Any:
            tries.append(1)
            if len(tries) == 1:
                raise RetryableException
            return create_key(*args, **kwargs)

        monkeypatch.setattr("pulsar.apikeys.views.create.create_key", clash)
        assert log_in("secured", code=secured.code()).status_int == 201
        assert len(tries) == 2

    def test_proof_of_another_account(self, secured: Any, client: Client) -> None:
        def proved(environ: dict[str, Any], start_response: Any) -> Any:
            return client.app(
                {**environ, "pulsar.accounts.proved": secured.user.id + 1}, start_response
            )

        body = {"username": "secured", "password": PASSWORD}
        Client(proved).post("/api_keys", body, status=401)
