"""Registration gates, of which invites are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError, ConfigurationExecutionError
from pyramid.request import Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from zope.interface import implementer

from pulsar import configuration
from pulsar.errors import Forbidden
from pulsar.interfaces import IRegistrationGate
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

ACCOUNT = {"username": "newcomer", "password": PASSWORD, "email": "other@example.org"}


@implementer(IRegistrationGate)
class Doorman:
    """Admits callers who know the word, as guests of the first member."""

    errors = (Forbidden,)

    def check(self, request: Any) -> None:
        if request.validated.get("code") != "friend":
            raise Forbidden("Say friend.")

    def admit(self, request: Request) -> int | None:
        inviter_id: int | None = request.db.scalar(select(User.id).order_by(User.id))
        return inviter_id


def invite_by_word(config: Configurator) -> None:
    """Include a gate that replaces that of invites."""
    config.add_registration_gate("invite", Doorman())


@pytest.fixture
def without_invites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications that are made during the test have no invites."""
    core = tuple(module for module in configuration.CORE if module != ".invites")
    monkeypatch.setattr(configuration, "CORE", core)


@pytest.mark.usefixtures("without_invites")
class TestWithoutInvites:
    def test_everything_else_works(
        self, lab: Callable[..., Client], db: Session, factory: Factory
    ) -> None:
        client = lab(lambda config: None, settings={"pulsar.registration": "open"})
        client.post("/users", ACCOUNT, status=201)
        user = db.scalars(select(User).where(User.username == "newcomer")).one()
        assert user.inviter_id is None
        caller = client.as_key(factory.key(user))
        assert caller.get("/users/me", status=200).json["response"]["username"] == "newcomer"
        caller.get("/invites", status=404)
        document = client.get("/openapi.json", status=200).json
        assert [path for path in document["paths"] if "invite" in path] == []
        assert "invalid_invite" not in str(document["paths"]["/users"])

    def test_closed(self, lab: Callable[..., Client]) -> None:
        client = lab(lambda config: None, settings={"pulsar.registration": "closed"})
        answer = client.post("/users", ACCOUNT, status=403).json
        assert answer["code"] == "registration_closed"

    def test_nobody_could_be_invited(self, configure: Callable[..., Configurator]) -> None:
        config = configure(settings={"pulsar.registration": "invite"})
        with pytest.raises((ConfigurationError, ConfigurationExecutionError)) as raised:
            config.commit()
        assert "choose open or closed" in str(raised.value)

    def test_another_gate(self, lab: Callable[..., Client], db: Session, factory: Factory) -> None:
        factory.user("first")
        client = lab(invite_by_word, settings={"pulsar.registration": "invite"})
        answer = client.post("/users", ACCOUNT, status=403).json
        assert answer["response"] == "Say friend."
        client.post("/users", {**ACCOUNT, "code": "friend"}, status=201)
        user = db.scalars(select(User).where(User.username == "newcomer")).one()
        assert user.inviter_id == db.scalar(select(User.id).order_by(User.id))
