"""Registering and showing members."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase, IPasswords
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.interfaces import IUserCreated
from pulsar.users.models import User

ACCOUNT = {"username": "Newcomer", "password": PASSWORD, "email": "New@Example.org"}
PUBLIC_FIELDS = {"id", "username", "enabled", "user_class", "uploaded", "downloaded", "created"}
PRIVATE_FIELDS = {"email", "locked", "invites"}


class TestRegister:
    def test_success(self, client: Client, db: Session) -> None:
        answer = client.post("/users", ACCOUNT, status=201)
        user = db.scalars(select(User).where(User.username == "Newcomer")).one()
        assert answer.headers["Location"] == f"http://localhost/users/{user.id}"
        assert answer.json["response"]["username"] == "Newcomer"
        assert user.email == "new@example.org"
        assert user.user_class_id == 1
        assert user.uploaded == 5 * 2**30
        assert PASSWORD not in user.passhash

    def test_then_log_in(self, client: Client) -> None:
        client.post("/users", ACCOUNT, status=201)
        client.post("/api_keys", {"username": "newcomer", "password": PASSWORD}, status=201)

    @pytest.mark.parametrize("username", ["taken", "TAKEN"])
    def test_taken(self, client: Client, factory: Factory, db: Session, username: str) -> None:
        factory.user("Taken")
        answer = client.post("/users", {**ACCOUNT, "username": username}, status=409)
        assert answer.json["code"] == "username_taken"
        assert answer.json["response"] == f"another user already has the username {username}"
        assert db.scalar(select(func.count()).select_from(User)) == 1

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        "username",
        ["", "0", "1", "a" * 33, "_a", ".a", "-a", "a b", "é", "a\n", "a\u0000", "<b>", 5, None],
    )
    def test_bad_username(self, client: Client, username: Any) -> None:
        answer = client.post("/users", {**ACCOUNT, "username": username}, status=400)
        assert list(answer.json["errors"]) == ["username"]

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        "password", ["short 1!", "x" * 513, "no digits here!", "123456789012!", "letters and 1", ""]
    )
    def test_bad_password(self, client: Client, password: str) -> None:
        answer = client.post("/users", {**ACCOUNT, "password": password}, status=400)
        assert list(answer.json["errors"]) == ["password"]
        assert password == "" or password not in answer.json["response"]

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        "email",
        [
            *("", "a", "a@b", "a@@b.org", "a b@c.org", "a@-b.org", "a@b.org\n", "é@b.org"),
            *("x" * 65 + "@b.org", "a@" + "b." * 130 + "org"),
        ],
    )
    def test_bad_email(self, client: Client, email: str) -> None:
        answer = client.post("/users", {**ACCOUNT, "email": email}, status=400)
        assert answer.json["errors"] == {"email": ["expected an Email"]}

    def test_nothing(self, client: Client) -> None:
        answer = client.post("/users", {}, status=400)
        assert set(answer.json["errors"]) == {"username", "password", "email"}

    def test_closed(self, lab: Callable[..., Client], db: Session) -> None:
        site = lab(settings={"pulsar.registration": "closed"})
        assert site.post("/users", ACCOUNT, status=403).json["code"] == "registration_closed"
        assert db.scalar(select(func.count()).select_from(User)) == 0

    def test_event(self, lab: Callable[..., Client]) -> None:
        seen: list[Any] = []

        def include(config: Configurator) -> None:
            config.add_subscriber(
                lambda event: seen.append((event.request.path, event.model.id)), IUserCreated
            )

        user = lab(include).post("/users", ACCOUNT, status=201).json["response"]
        assert seen == [("/users", user["id"])]


class TestRace:
    """Concurrent registrations of the same name."""

    def test_one_wins(self, make_site: Callable[..., Any]) -> None:
        site = make_site()
        passwords = site.registry.getUtility(IPasswords)
        together = threading.Barrier(2, timeout=10)

        class Waiting:
            """Lets both requests hash their password before either writes."""

            def hash(self, password: str) -> str:
                together.wait()
                return str(passwords.hash(password))

        site.registry.registerUtility(Waiting(), IPasswords)
        statuses: list[int] = []

        def register() -> None:
            statuses.append(Client(site).post("/users", ACCOUNT).status_int)

        threads = [threading.Thread(target=register) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(statuses) == {201: 1, 409: 1}
        with site.registry.getUtility(IDatabase).session() as session:
            assert session.scalar(select(func.count()).select_from(User)) == 1


class TestView:
    @pytest.fixture
    def other(self, factory: Factory) -> User:
        return factory.user("other", uploaded=7)

    def test_another(self, member: Client, other: User) -> None:
        user = member.get(f"/users/{other.id}", status=200).json["response"]
        assert set(user) >= PUBLIC_FIELDS
        assert not PRIVATE_FIELDS & set(user)
        assert (user["username"], user["user_class"], user["uploaded"]) == ("other", "User", 7)
        assert user["created"].endswith("Z")

    def test_oneself(self, client: Client, factory: Factory, other: User) -> None:
        caller = client.as_key(factory.key(other))
        for path in ("/users/me", f"/users/{other.id}"):
            response = caller.get(path, status=200).json["response"]
            assert set(response) >= PUBLIC_FIELDS | PRIVATE_FIELDS

    def test_moderator(self, client: Client, factory: Factory, other: User) -> None:
        moderator = factory.user(grants=["users_moderate"])
        caller = client.as_key(factory.key(moderator))
        assert caller.get(f"/users/{other.id}").json["response"]["email"] == "other@example.org"

    def test_never_the_hash(self, staff: Client, other: User) -> None:
        assert other.passhash not in staff.get(f"/users/{other.id}", status=200).text

    def test_me_is_the_caller(self, client: Client, member: Client) -> None:
        client.get("/users/me", status=401)
        assert member.get("/users/me").json["response"]["username"] == "member"

    def test_me_with_a_warm_cache_costs_no_sql(self, member: Client, count_sql: Any) -> None:
        member.get("/users/me", status=200)
        with count_sql() as statements:
            member.get("/users/me", status=200)
        assert statements == []
