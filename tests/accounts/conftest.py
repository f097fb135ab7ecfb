"""Fixtures for logging in, and for the mails to members."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from pyramid_mailer.message import Message
from sqlalchemy.orm import Session
from webtest import TestResponse

from pulsar.interfaces import ITwoFactor
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

LogIn = Callable[..., TestResponse]


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """The clock, frozen in the middle of a time step; ``clock.shift(seconds)`` moves it."""
    time_machine.move_to(datetime(2026, 5, 4, 12, 0, 15, tzinfo=UTC), tick=False)
    return time_machine


@pytest.fixture
def log_in(client: Client) -> LogIn:
    """``log_in(username, password=PASSWORD, **more)``: request an API key."""

    def ask(username: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        address = more.pop("address", "192.0.2.1")
        body = {"username": username, "password": password, **more}
        return client.post("/api_keys", body, remote_addr=address)

    return ask


@pytest.fixture
def token_in() -> Callable[[Message], str]:
    """``token_in(mail)``: the token in a mail."""

    def find(mail: Message) -> str:
        (token,) = re.findall(r"[A-Za-z0-9_-]{43}", mail.body)
        return str(token)

    return find


@dataclass
class Secured:
    """A member with a second factor."""

    user: User
    client: Client
    secret: str
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, steps: int = 0) -> str:
        """Return the code that the device shows ``steps`` time steps from now."""
        return pyotp.TOTP(self.secret).at(datetime.now(UTC), counter_offset=steps)


@pytest.fixture
def secured(client: Client, factory: Factory, db: Session, registry: Any, clock: Any) -> Secured:
    """A member named ``secured`` whose second factor was confirmed a minute ago."""
    user = factory.user("secured")
    service = registry.getUtility(ITwoFactor)
    secured = Secured(user, client.as_key(factory.key(user)), service.begin(db, user.id))
    secured.recovery_codes = service.confirm(db, user.id, secured.code())
    db.commit()
    clock.shift(60)
    return secured


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """``together(n, call)``: the results of ``call(number)`` in ``n`` concurrent threads."""

    def run(number: int, call: Callable[[int], Any]) -> list[Any]:
        ready = threading.Barrier(number, timeout=10)
        answers: list[Any] = [None] * number

        def work(place: int) -> None:
            ready.wait()
            answers[place] = call(place)

        threads = [threading.Thread(target=work, args=(place,)) for place in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run
