"""Resets of lost passwords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pyramid_mailer.message import Message
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts.models import MailToken
from pulsar.interfaces import IDeferred, IMailer
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User
from pulsar.users.password_rules import COMMON, PERSONAL

TokenIn = Callable[[Message], str]
NEW = "another horse 2!"
SENTENCE = "If the address belongs to an account, a mail is on its way to it."


def ask(client: Client, email: str = "member@example.org") -> Any:
    return client.post("/password_reset", {"email": email}, status=200)


class TestAsk:
    def test_mails_a_token(self, client: Client, factory: Factory, mails: list[Message]) -> None:
        factory.user("member")
        assert ask(client).json["response"] == SENTENCE
        (mail,) = mails
        assert mail.recipients == ["member@example.org"]
        assert mail.subject == "Pulsar: reset your password"

    def test_unknown(self, client: Client, mails: list[Message], db: Session) -> None:
        assert ask(client).json["response"] == SENTENCE
        assert not mails
        assert not db.scalars(select(MailToken)).all()

    def test_case_of_the_address(
        self, client: Client, factory: Factory, mails: list[Message]
    ) -> None:
        factory.user("member")
        ask(client, "MEMBER@Example.ORG")
        assert len(mails) == 1

    def test_disabled(self, client: Client, factory: Factory, mails: list[Message]) -> None:
        factory.user("member", enabled=False)
        ask(client)
        assert not mails

    def test_every_account_of_the_address(
        self, client: Client, factory: Factory, mails: list[Message]
    ) -> None:
        for name in ("first", "second"):
            factory.user(name, email="member@example.org")
        ask(client)
        assert ["first" in mail.body for mail in mails] == [True, False]
        assert ["second" in mail.body for mail in mails] == [False, True]

    def test_three_in_an_hour(
        self, client: Client, factory: Factory, mails: list[Message], clock: Any
    ) -> None:
        factory.user("member")
        for _ in range(4):
            assert ask(client).json["response"] == SENTENCE
        assert len(mails) == 3
        clock.shift(3601)
        ask(client)
        assert len(mails) == 4

    @pytest.mark.one_backend
    @pytest.mark.parametrize("email", ["", "member", "a@b", "a@b.org\nBcc: c@d.org", 5, None])
    def test_bad_address(self, client: Client, email: Any) -> None:
        answer = client.post("/password_reset", {"email": email}, status=400)
        assert list(answer.json["errors"]) == ["email"]


class TestTime:
    """The work before the response is the same for every address."""

    def test_nothing_is_looked_up(
        self,
        client: Client,
        factory: Factory,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
        count_sql: Callable[[], Any],
        mails: list[Message],
    ) -> None:
        factory.user("member")
        later: list[Callable[[], None]] = []
        monkeypatch.setattr(registry.getUtility(IDeferred), "_do", later.append)
        with count_sql() as statements:
            ask(client)
            ask(client, "nobody@example.org")
        assert not statements
        assert len(later) == 2
        assert not mails
        for work in later:
            work()
        assert len(mails) == 1


class TestConfirm:
    @pytest.fixture
    def user(self, factory: Factory) -> User:
        return factory.user("member")

    @pytest.fixture
    def token(self, client: Client, user: User, mails: list[Message], token_in: TokenIn) -> str:
        ask(client)
        token = token_in(mails[0])
        mails.clear()
        return token

    def confirm(self, client: Client, token: str, password: str = NEW, status: int = 200) -> Any:
        body = {"token": token, "password": password}
        return client.post("/password_reset/confirm", body, status=status).json

    def test_sets_the_password(self, client: Client, token: str, log_in: Any) -> None:
        assert self.confirm(client, token)["response"] == "Password changed."
        assert log_in("member", NEW).status_int == 201
        assert log_in("member", PASSWORD).status_int == 401

    def test_ends_all_keys(self, client: Client, token: str, user: User, factory: Factory) -> None:
        keys = [client.as_key(factory.key(user)) for _ in range(2)]
        other = client.as_key(factory.key(factory.user("other")))
        for key in (*keys, other):
            key.get("/users/me", status=200)
        self.confirm(client, token)
        for key in keys:
            key.get("/users/me", status=401)
        other.get("/users/me", status=200)

    def test_tells_the_member(self, client: Client, token: str, mails: list[Message]) -> None:
        self.confirm(client, token)
        (mail,) = mails
        assert mail.recipients == ["member@example.org"]
        assert mail.subject == "Pulsar: password changed"

    def test_proves_the_address(self, client: Client, token: str, user: User, db: Session) -> None:
        self.confirm(client, token)
        db.expire_all()
        assert user.email_confirmed is not None

    def test_twice(self, client: Client, token: str) -> None:
        self.confirm(client, token)
        assert self.confirm(client, token, status=400)["code"] == "invalid_token"

    def test_ends_all_tokens(
        self, client: Client, token: str, mails: list[Message], token_in: TokenIn
    ) -> None:
        ask(client)
        other = token_in(mails[0])
        self.confirm(client, token)
        assert self.confirm(client, other, status=400)["code"] == "invalid_token"

    def test_unknown(self, client: Client) -> None:
        assert self.confirm(client, "x" * 43, status=400)["code"] == "invalid_token"

    def test_expired(self, client: Client, token: str, db: Session, time_machine: Any) -> None:
        row = db.scalars(select(MailToken)).one()
        assert (row.expires - row.created).total_seconds() == 3600
        time_machine.move_to(row.expires)
        assert self.confirm(client, token, status=400)["code"] == "invalid_token"

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [("Password1234!", COMMON), ("i am Member 12!", PERSONAL), ("short 1!", "between 12 and")],
    )
    def test_bad_password_leaves_the_token(
        self, client: Client, token: str, password: str, sentence: str
    ) -> None:
        answer = self.confirm(client, token, password, status=400)
        assert sentence in answer["errors"]["password"][0]
        self.confirm(client, token)

    def test_second_factor_stays(
        self, client: Client, secured: Any, mails: list[Message], token_in: TokenIn, log_in: Any
    ) -> None:
        ask(client, "secured@example.org")
        self.confirm(client, token_in(mails[0]))
        assert log_in("secured", NEW).json["code"] == "two_factor_required"
        assert log_in("secured", NEW, code=secured.code()).status_int == 201

    def test_many_at_once(
        self,
        make_site: Callable[..., Any],
        together: Callable[..., list[Any]],
        monkeypatch: pytest.MonkeyPatch,
        token_in: TokenIn,
    ) -> None:
        site = make_site()
        sent: list[Message] = []
        monkeypatch.setattr(site.registry.getUtility(IMailer), "deliver", sent.append)
        account = {"username": "member", "password": PASSWORD, "email": "m@example.org"}
        Client(site).post("/users", account, status=201)
        ask(Client(site), "m@example.org")
        token = token_in(sent[0])

        def confirm(number: int) -> int:
            body = {"token": token, "password": f"horse number {number}!"}
            return Client(site).post("/password_reset/confirm", body).status_int

        assert Counter(together(4, confirm)) == {200: 1, 400: 3}
