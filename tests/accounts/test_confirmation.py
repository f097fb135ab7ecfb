"""Confirmation of addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError
from pyramid_mailer.message import Message
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts.models import MailToken
from pulsar.interfaces import IMailer
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User
from pulsar.users.services import create_user

TokenIn = Callable[[Message], str]
ACCOUNT = {"username": "newcomer", "password": PASSWORD, "email": "New@Example.org"}


def confirmed(db: Session, username: str = "newcomer") -> bool:
    db.expire_all()
    user = db.scalars(select(User).where(User.username == username)).one()
    return user.email_confirmed is not None


class TestRegistration:
    def test_mails_a_token(
        self, client: Client, mails: list[Message], db: Session, token_in: TokenIn
    ) -> None:
        client.post("/users", ACCOUNT, status=201)
        (mail,) = mails
        assert mail.recipients == ["new@example.org"]
        assert mail.subject == "Pulsar: confirm your e-mail address"
        assert "newcomer" in mail.body
        assert not confirmed(db)
        answer = client.post("/confirm_email", {"token": token_in(mail)}, status=200)
        assert answer.json["response"] == "E-mail address confirmed."
        assert confirmed(db)
        assert len(mails) == 1

    def test_no_mail_where_it_failed(self, client: Client, mails: list[Message]) -> None:
        client.post("/users", ACCOUNT, status=201)
        client.post("/users", ACCOUNT, status=409)
        assert len(mails) == 1

    def test_token_is_not_stored(
        self, client: Client, mails: list[Message], db: Session, token_in: TokenIn
    ) -> None:
        client.post("/users", ACCOUNT, status=201)
        row = db.scalars(select(MailToken)).one()
        assert token_in(mails[0]) not in {row.digest, row.email, row.purpose}
        assert len(row.digest) == 64

    def test_trouble_with_mail(
        self,
        client: Client,
        mails: list[Message],
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(message: Message) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(registry.getUtility(IMailer), "deliver", refuse)
        client.post("/users", ACCOUNT, status=201)

    @pytest.mark.parametrize(
        ("name", "value"), [("pulsar.confirm_email", False), ("pulsar.mail", "none")]
    )
    def test_not_asked_for(
        self,
        client: Client,
        mails: list[Message],
        registry: Any,
        db: Session,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        value: Any,
    ) -> None:
        monkeypatch.setitem(registry.settings, name, value)
        client.post("/users", ACCOUNT, status=201)
        assert not mails
        assert not db.scalars(select(MailToken)).all()

    def test_whom_an_operator_adds(self, registry: Any, db: Session, mails: list[Message]) -> None:
        create_user(registry, db, username="newcomer", passhash="x", email="new@example.org")
        db.commit()
        assert not mails
        assert confirmed(db)

    def test_page(
        self,
        client: Client,
        mails: list[Message],
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
        token_in: TokenIn,
    ) -> None:
        link = "https://example.org/confirm?token={token}"
        monkeypatch.setitem(registry.settings, "pulsar.confirm_link", link)
        client.post("/users", ACCOUNT, status=201)
        assert link.replace("{token}", token_in(mails[0])) in mails[0].body

    def test_host_of_the_request_is_not_believed(
        self, client: Client, mails: list[Message]
    ) -> None:
        client.post("/users", ACCOUNT, headers={"Host": "evil.example"}, status=201)
        client.post(
            "/password_reset",
            {"email": ACCOUNT["email"]},
            headers={"Host": "evil.example"},
            status=200,
        )
        assert len(mails) == 2
        assert not [mail for mail in mails if "evil" in mail.body]


class TestConfirm:
    @pytest.fixture
    def token(self, client: Client, mails: list[Message], token_in: TokenIn) -> str:
        client.post("/users", ACCOUNT, status=201)
        return token_in(mails[0])

    def refused(self, client: Client, token: str) -> None:
        answer = client.post("/confirm_email", {"token": token}, status=400)
        assert answer.json["code"] == "invalid_token"
        assert answer.json["response"] == "The token is unknown, used or expired."

    def test_twice(self, client: Client, token: str) -> None:
        client.post("/confirm_email", {"token": token}, status=200)
        self.refused(client, token)

    @pytest.mark.parametrize("token", ["x", "x" * 43, "é", " "])
    def test_unknown(self, client: Client, token: str) -> None:
        self.refused(client, token)

    @pytest.mark.parametrize("token", ["", "x" * 129, 5, None])
    def test_bad(self, client: Client, token: Any) -> None:
        answer = client.post("/confirm_email", {"token": token}, status=400)
        assert list(answer.json["errors"]) == ["token"]

    def test_expired(self, client: Client, token: str, db: Session, time_machine: Any) -> None:
        row = db.scalars(select(MailToken)).one()
        assert (row.expires - row.created).days == 3
        time_machine.move_to(row.expires)
        self.refused(client, token)
        assert not confirmed(db)

    def test_is_for_nothing_else(self, client: Client, token: str) -> None:
        body = {"token": token, "password": "another horse 2!"}
        answer = client.post("/password_reset/confirm", body, status=400)
        assert answer.json["code"] == "invalid_token"

    def test_shown_to_oneself(
        self, client: Client, token: str, factory: Factory, db: Session
    ) -> None:
        user = db.scalars(select(User).where(User.username == "newcomer")).one()
        caller = client.as_key(factory.key(user))
        assert caller.get("/users/me").json["response"]["email_confirmed"] is None
        client.post("/confirm_email", {"token": token}, status=200)
        assert caller.get("/users/me").json["response"]["email_confirmed"].endswith("Z")

    def test_not_shown_to_others(self, member: Client, factory: Factory) -> None:
        other = factory.user("other")
        assert "email_confirmed" not in member.get(f"/users/{other.id}").json["response"]

    def test_many_at_once(
        self,
        make_site: Callable[..., Any],
        together: Callable[..., list[Any]],
        monkeypatch: pytest.MonkeyPatch,
        token_in: TokenIn,
    ) -> None:
        site = make_site()
        sent: list[Message] = []
        monkeypatch.setitem(site.registry.settings, "pulsar.mail", "smtp")
        monkeypatch.setattr(site.registry.getUtility(IMailer), "deliver", sent.append)
        Client(site).post("/users", ACCOUNT, status=201)
        body = {"token": token_in(sent[0])}
        answers = together(6, lambda number: Client(site).post("/confirm_email", body).status_int)
        assert Counter(answers) == {200: 1, 400: 5}


class TestConfiguration:
    @pytest.mark.parametrize("name", ["pulsar.confirm_email", "pulsar.mail"])
    def test_required_and_impossible(self, configure: Callable[..., Any], name: str) -> None:
        settings = {
            "pulsar.require_confirmed_email": "true",
            "pulsar.mail": "smtp",
            "pulsar.mail_sender": "a@example.org",
        }
        configure(settings=settings)
        settings[name] = "none" if name == "pulsar.mail" else "false"
        with pytest.raises(ConfigurationError, match=r"pulsar\.require_confirmed_email needs"):
            configure(settings=settings)
