"""``PUT /users/settings``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid_mailer.message import Message
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User
from pulsar.users.password_rules import PERSONAL

TokenIn = Callable[[Message], str]
PATH = "/users/settings"
NEW = "another horse 2!"
PASSWORDS = {"existing_password": PASSWORD, "new_password": NEW}


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("settler")


@pytest.fixture
def caller(client: Client, factory: Factory, user: User) -> Client:
    return client.as_key(factory.key(user))


class TestPassword:
    def test_changes(self, caller: Client, log_in: Any) -> None:
        assert caller.put(PATH, PASSWORDS, status=200).json["response"] == "Settings updated."
        assert log_in("settler", NEW).status_int == 201
        assert log_in("settler").status_int == 401

    def test_ends_all_keys(
        self, client: Client, caller: Client, user: User, factory: Factory
    ) -> None:
        second = client.as_key(factory.key(user))
        other = client.as_key(factory.key(factory.user("other")))
        second.get("/users/me", status=200)
        caller.put(PATH, PASSWORDS, status=200)
        for key in (caller, second):
            key.get("/users/me", status=401)
        other.get("/users/me", status=200)

    def test_tells_the_member(self, caller: Client, mails: list[Message]) -> None:
        caller.put(PATH, PASSWORDS, status=200)
        (mail,) = mails
        assert mail.recipients == ["settler@example.org"]
        assert mail.subject == "Pulsar: password changed"

    @pytest.mark.parametrize("existing", [{}, {"existing_password": "wrong horse 1!"}])
    def test_existing_is_needed(
        self, caller: Client, mails: list[Message], log_in: Any, existing: dict[str, str]
    ) -> None:
        answer = caller.put(PATH, {"new_password": NEW, **existing}, status=401)
        assert answer.json["response"] == "Invalid existing password."
        assert log_in("settler").status_int == 201
        assert not mails

    def test_guessing_makes_wait(self, caller: Client, log_in: Any) -> None:
        for _ in range(4):
            caller.put(PATH, {**PASSWORDS, "existing_password": "wrong horse 1!"}, status=401)
        answer = caller.put(PATH, PASSWORDS, status=429)
        assert answer.json["code"] == "login_blocked"
        # A person who has the key locks the member out of the settings only.
        assert log_in("settler", address="192.0.2.99").status_int == 201

    def test_without_the_permission(self, client: Client, factory: Factory, log_in: Any) -> None:
        user = factory.user("stuck", denials=["users_change_password"])
        caller = client.as_key(factory.key(user))
        answer = caller.put(PATH, PASSWORDS, status=403)
        assert answer.json["response"] == "You do not have permission to change this password."
        assert log_in("stuck").status_int == 201

    def test_personal(self, caller: Client) -> None:
        body = {**PASSWORDS, "new_password": "i am Settler 12!"}
        answer = caller.put(PATH, body, status=400)
        assert answer.json["errors"] == {"new_password": [PERSONAL]}

    def test_ends_mailed_tokens(
        self, client: Client, caller: Client, mails: list[Message], token_in: TokenIn
    ) -> None:
        client.post("/password_reset", {"email": "settler@example.org"}, status=200)
        caller.put(PATH, PASSWORDS, status=200)
        body = {"token": token_in(mails[0]), "password": "third horse 33!"}
        client.post("/password_reset/confirm", body, status=400)


class TestEmail:
    BODY = {"existing_password": PASSWORD, "email": "Elsewhere@Example.org"}

    def email_of(self, db: Session, user: User) -> str:
        db.expire_all()
        return user.email

    def test_changes_when_confirmed(
        self,
        client: Client,
        caller: Client,
        user: User,
        db: Session,
        mails: list[Message],
        token_in: TokenIn,
    ) -> None:
        caller.get("/users/me", status=200)
        caller.put(PATH, self.BODY, status=200)
        assert self.email_of(db, user) == "settler@example.org"
        (mail,) = mails
        assert mail.recipients == ["elsewhere@example.org"]
        client.post("/confirm_email", {"token": token_in(mail)}, status=200)
        assert self.email_of(db, user) == "elsewhere@example.org"
        response = caller.get("/users/me", status=200).json["response"]
        assert response["email"] == "elsewhere@example.org"
        assert response["email_confirmed"]

    def test_tells_the_old_address(
        self, client: Client, caller: Client, mails: list[Message], token_in: TokenIn
    ) -> None:
        caller.put(PATH, self.BODY, status=200)
        client.post("/confirm_email", {"token": token_in(mails[0])}, status=200)
        assert [mail.recipients for mail in mails] == [
            ["elsewhere@example.org"],
            ["settler@example.org"],
        ]
        assert mails[1].subject == "Pulsar: e-mail address changed"

    def test_at_once_where_nothing_is_confirmed(
        self,
        caller: Client,
        user: User,
        db: Session,
        registry: Any,
        mails: list[Message],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.confirm_email", False)
        caller.put(PATH, self.BODY, status=200)
        assert self.email_of(db, user) == "elsewhere@example.org"
        assert [mail.recipients for mail in mails] == [["settler@example.org"]]

    def test_the_last_one_asked_for(
        self, client: Client, caller: Client, mails: list[Message], token_in: TokenIn
    ) -> None:
        caller.put(PATH, {**self.BODY, "email": "first@example.org"}, status=200)
        caller.put(PATH, {**self.BODY, "email": "second@example.org"}, status=200)
        first, second = map(token_in, mails)
        client.post("/confirm_email", {"token": first}, status=400)
        client.post("/confirm_email", {"token": second}, status=200)

    def test_ends_resets_that_were_mailed_to_the_old_address(
        self, client: Client, caller: Client, mails: list[Message], token_in: TokenIn
    ) -> None:
        client.post("/password_reset", {"email": "settler@example.org"}, status=200)
        caller.put(PATH, self.BODY, status=200)
        client.post("/confirm_email", {"token": token_in(mails[1])}, status=200)
        body = {"token": token_in(mails[0]), "password": NEW}
        client.post("/password_reset/confirm", body, status=400)

    def test_the_same_once_more_to_confirm_it(self, caller: Client, mails: list[Message]) -> None:
        caller.put(PATH, {**self.BODY, "email": "settler@example.org"}, status=200)
        assert [mail.recipients for mail in mails] == [["settler@example.org"]]

    def test_the_same_when_it_is_confirmed(
        self, client: Client, factory: Factory, mails: list[Message]
    ) -> None:
        from pulsar.db import utcnow

        user = factory.user("sure", email_confirmed=utcnow())
        caller = client.as_key(factory.key(user))
        caller.put(PATH, {**self.BODY, "email": "Sure@example.org"}, status=200)
        assert not mails

    def test_three_in_an_hour(self, caller: Client, mails: list[Message]) -> None:
        for _ in range(3):
            caller.put(PATH, self.BODY, status=200)
        answer = caller.put(PATH, self.BODY, status=429)
        assert (answer.json["code"], answer.headers["Retry-After"]) == ("too_many_mails", "3600")
        assert len(mails) == 3

    def test_existing_password_is_needed(self, caller: Client, mails: list[Message]) -> None:
        answer = caller.put(PATH, {"email": "elsewhere@example.org"}, status=401)
        assert answer.json["code"] == "invalid_password"
        assert not mails

    def test_together_with_the_password(
        self,
        client: Client,
        caller: Client,
        user: User,
        db: Session,
        mails: list[Message],
        token_in: TokenIn,
        log_in: Any,
    ) -> None:
        caller.put(PATH, {**self.BODY, "new_password": NEW}, status=200)
        confirming = next(m for m in mails if m.recipients == ["elsewhere@example.org"])
        client.post("/confirm_email", {"token": token_in(confirming)}, status=200)
        assert self.email_of(db, user) == "elsewhere@example.org"
        assert log_in("settler", NEW).status_int == 201


class TestNothing:
    def test_empty(self, caller: Client) -> None:
        assert caller.put(PATH, {}, status=200).json["response"] == "Settings updated."
        caller.get("/users/me", status=200)

    def test_nobody(self, client: Client) -> None:
        client.put(PATH, {}, status=401)

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        user = factory.user(denials=["users_edit_settings"])
        client.as_key(factory.key(user)).put(PATH, {}, status=403)

    def test_narrow_key(self, client: Client, factory: Factory, user: User) -> None:
        client.as_key(factory.key(user, "users_view")).put(PATH, {}, status=403)
        narrow = client.as_key(factory.key(user, "users_edit_settings"))
        narrow.put(PATH, {}, status=200)
        narrow.put(PATH, PASSWORDS, status=403)

    def test_members_of_that_name(self, member: Client) -> None:
        """The settings are below ``/users``, but are not a member."""
        assert member.get(PATH).status_int == 405


class TestAnotherMember:
    @pytest.fixture
    def moderator(self, client: Client, factory: Factory) -> Client:
        return client.as_key(factory.key(factory.staff("moderator")))

    def test_by_a_moderator(
        self, moderator: Client, user: User, log_in: Any, mails: list[Message], db: Session
    ) -> None:
        moderator.put(f"{PATH}?user_id={user.id}", PASSWORDS, status=200)
        assert log_in("settler", NEW).status_int == 201
        assert [mail.recipients for mail in mails] == [["settler@example.org"]]
        moderator.get("/users/me", status=200)
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.target_id) == ("user_settings", user.id)
        assert NEW not in str((entry.summary, entry.before, entry.after))

    def test_needs_the_member_s_password(self, moderator: Client, user: User) -> None:
        body = {**PASSWORDS, "existing_password": "wrong horse 1!"}
        moderator.put(f"{PATH}?user_id={user.id}", body, status=401)

    def test_without_the_permission(self, member: Client, user: User) -> None:
        member.put(f"{PATH}?user_id={user.id}", PASSWORDS, status=403)

    def test_who_ranks_as_high(self, client: Client, factory: Factory, user: User) -> None:
        peer = factory.user("peer", grants=["users_moderate"])
        answer = client.as_key(factory.key(peer)).put(
            f"{PATH}?user_id={user.id}", PASSWORDS, status=403
        )
        assert answer.json["code"] == "outranked"

    def test_oneself_by_id(self, caller: Client, user: User) -> None:
        caller.put(f"{PATH}?user_id={user.id}", PASSWORDS, status=200)

    @pytest.mark.parametrize("body", [{}, PASSWORDS])
    def test_unknown(self, moderator: Client, body: dict[str, str]) -> None:
        answer = moderator.put(f"{PATH}?user_id={ABSENT}", body, status=404)
        assert answer.json["response"] == f"User {ABSENT} does not exist."

    @pytest.mark.one_backend
    @pytest.mark.parametrize("text", ["", "x", "0", "-1", "1.0", "9" * 20, "%C2%B2"])
    def test_no_id(self, moderator: Client, text: str) -> None:
        answer = moderator.put(f"{PATH}?user_id={text}", {}, status=400)
        assert list(answer.json["errors"]) == ["user_id"]

    def test_all_errors_at_once(self, moderator: Client) -> None:
        answer = moderator.put(f"{PATH}?user_id=x&x=1", {"email": "x"}, status=400)
        assert set(answer.json["errors"]) == {"user_id", "x", "email"}


class TestByStaff:
    """``PUT /users/{id}`` has the same effects."""

    def test_password(
        self, staff: Client, caller: Client, user: User, mails: list[Message], log_in: Any
    ) -> None:
        staff.put(f"/users/{user.id}", {"password": NEW}, status=200)
        caller.get("/users/me", status=401)
        assert log_in("settler", NEW).status_int == 201
        assert [mail.recipients for mail in mails] == [["settler@example.org"]]

    def test_personal_password(self, staff: Client, user: User) -> None:
        answer = staff.put(f"/users/{user.id}", {"password": "i am Settler 12!"}, status=400)
        assert answer.json["errors"] == {"password": [PERSONAL]}

    def test_email(self, staff: Client, user: User, mails: list[Message], db: Session) -> None:
        staff.put(f"/users/{user.id}", {"email": "Elsewhere@example.org"}, status=200)
        db.expire_all()
        assert user.email == "elsewhere@example.org"
        assert [mail.recipients for mail in mails] == [["settler@example.org"]]
