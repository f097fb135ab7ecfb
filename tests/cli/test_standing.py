"""``pulsar user class``, ``enable``, ``disable``, ``lock`` and ``unlock``."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.moderation.models import StatusChange
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

REASON = ("--reason", "An example.")


@pytest.fixture
def user(factory: Factory) -> User:
    """A member of class 1."""
    return factory.user("Bob")


@pytest.fixture
def caller(client: Client, factory: Factory, user: User) -> Client:
    """A client of the member."""
    return client.as_key(factory.key(user))


@pytest.fixture
def history(db: Session, user: User) -> Any:
    """``history()``: the changes of the member's standing."""

    def find() -> list[tuple[Any, ...]]:
        rows = db.scalars(select(StatusChange).where(StatusChange.user_id == user.id))
        return [(row.kind, row.before, row.after, row.reason, row.staff_id) for row in rows]

    return find


class TestClass:
    def test_changed(self, user: User, succeed: Any, history: Any, caller: Client) -> None:
        caller.get("/site_log", status=403)
        printed = succeed("user", "class", "bob", "staff", *REASON)
        assert printed == "Bob: User to Staff.\n"
        assert history() == [("class", "User", "Staff", "An example.", None)]
        caller.get("/site_log", status=200)

    def test_logged(self, user: User, succeed: Any, logged: Any) -> None:
        succeed("user", "class", "bob", "staff", *REASON)
        [entry] = logged()
        assert (entry.action, entry.actor_id) == ("user_class", None)
        assert entry.summary == "Bob: User to Staff. An example."

    def test_of_that_class_already(self, user: User, fail: Any, history: Any) -> None:
        assert fail("user", "class", "bob", "USER", *REASON) == "Bob is of class User already."
        assert history() == []

    def test_unknown(self, user: User, fail: Any) -> None:
        sentence = "There is no class 'King'; there are: User, Staff."
        assert fail("user", "class", "bob", "King", *REASON) == sentence

    def test_of_nobody(self, fail: Any) -> None:
        assert fail("user", "class", "eve", "staff", *REASON) == "There is no member 'eve'."


class TestStatus:
    @pytest.mark.parametrize(
        ("there", "back", "words", "refusal"),
        [
            ("disable", "enable", ("disabled", "enabled"), "Your account has been disabled."),
            ("lock", "unlock", ("locked", "unlocked"), "Your account has been locked."),
        ],
    )
    def test_there_and_back(
        self,
        user: User,
        caller: Client,
        succeed: Any,
        fail: Any,
        history: Any,
        there: str,
        back: str,
        words: tuple[str, str],
        refusal: str,
    ) -> None:
        first, second = words
        path = f"/users/{user.id}"
        caller.get(path, status=200)
        assert succeed("user", there, "bob", *REASON) == f"Bob is {first} now.\n"
        assert caller.get(path, status=403).json["response"] == refusal
        assert fail("user", there, "bob", *REASON) == f"Bob is {first} already."
        assert succeed("user", back, "bob", *REASON) == f"Bob is {second} now.\n"
        caller.get(path, status=200)
        assert fail("user", back, "bob", *REASON) == f"Bob is {second} already."
        assert history() == [
            (first, second, first, "An example.", None),
            (second, first, second, "An example.", None),
        ]

    def test_reason_is_asked_for(self, user: User, succeed: Any, history: Any) -> None:
        succeed("user", "lock", "bob", input="Why not.\n")
        assert history() == [("locked", "unlocked", "locked", "Why not.", None)]

    def test_staff_too(self, factory: Factory, succeed: Any) -> None:
        """The operator outranks everyone."""
        factory.staff("boss")
        assert succeed("user", "disable", "boss", *REASON) == "boss is disabled now.\n"

    def test_of_nobody(self, fail: Any) -> None:
        assert fail("user", "lock", "eve", *REASON) == "There is no member 'eve'."
