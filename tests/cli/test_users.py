"""``pulsar user add``, ``list`` and ``show``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.classes.models import SecondaryClass, SecondaryClassMember
from pulsar.moderation.models import UserWarning
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User


class TestAdd:
    @pytest.fixture
    def options(self) -> list[str]:
        """Valid options."""
        return ["--username", "Bob", "--email", "Bob@Example.org", "--password", PASSWORD]

    def test_member(self, succeed: Any, client: Client, options: Any) -> None:
        printed = succeed("user", "add", *options)
        assert printed.startswith("Added Bob, id ")
        assert printed.endswith(", class User.\n")
        client.post("/api_keys", {"username": "bob", "password": PASSWORD}, status=201)

    def test_of_a_class_with_a_key(self, succeed: Any, client: Client, options: Any) -> None:
        printed = succeed("user", "add", *options, "--class", "staff", "--api-key")
        *_, key = printed.splitlines()
        user = client.as_key(key).get("/users/me", status=200).json["response"]
        assert (user["username"], user["user_class"]) == ("Bob", "Staff")

    def test_password_is_asked_for(self, succeed: Any, db: Session, options: Any) -> None:
        printed = succeed("user", "add", *options[:4], input=f"{PASSWORD}\n{PASSWORD}\n")
        assert PASSWORD not in printed
        assert db.scalars(select(User).where(User.username == "Bob")).one()

    def test_taken(self, fail: Any, factory: Factory, options: Any) -> None:
        factory.user("BOB")
        assert fail("user", "add", *options) == "another user already has the username Bob"

    @pytest.mark.parametrize(
        ("option", "value", "reason"),
        [
            ("--email", "nowhere", "expected an Email"),
            ("--class", "King", "There is no class 'King'; there are: User, Staff."),
        ],
    )
    def test_wrong(
        self, fail: Any, db: Session, options: Any, option: str, value: str, reason: str
    ) -> None:
        assert fail("user", "add", *options, option, value) == reason
        assert db.scalars(select(User)).all() == []


class TestList:
    @pytest.fixture(autouse=True)
    def users(self, factory: Factory) -> None:
        """Members with different standing."""
        factory.user("ann")
        factory.user("bob", enabled=False)
        factory.user("cid", locked=True)
        factory.staff("dan")

    @pytest.mark.parametrize(
        ("options", "names"),
        [
            ([], ["ann", "bob", "cid", "dan"]),
            (["--class", "STAFF"], ["dan"]),
            (["--disabled"], ["bob"]),
            (["--locked"], ["cid"]),
            (["--locked", "--disabled"], []),
        ],
    )
    def test_names(self, succeed: Any, options: list[str], names: list[str]) -> None:
        printed = succeed("user", "list", *options)
        assert [line.split()[1] for line in printed.splitlines()] == names

    def test_columns(self, succeed: Any) -> None:
        lines = succeed("user", "list").splitlines()
        assert [line.split()[2:] for line in lines] == [
            ["User", "ann@example.org"],
            ["User", "bob@example.org", "disabled"],
            ["User", "cid@example.org", "locked"],
            ["Staff", "dan@example.org"],
        ]

    def test_sql(self, succeed: Any, factory: Factory, count_sql: Any) -> None:
        """One statement, whatever the number of members."""
        for _ in range(5):
            factory.user(user_class_id=factory.user_class(f"Class {factory.user().id}").id)
        with count_sql() as statements:
            succeed("user", "list")
        assert len(statements) == 1

    def test_unknown_class(self, fail: Any) -> None:
        sentence = "There is no class 'King'; there are: User, Staff."
        assert fail("user", "list", "--class", "King") == sentence


class TestShow:
    @pytest.fixture
    def show_user(self, succeed: Any) -> Any:
        """``show_user("bob")``: the printed values by title."""

        def show(username: str) -> dict[str, str]:
            lines = succeed("user", "show", username).splitlines()
            return {line[:20].strip().rstrip(":"): line[20:] for line in lines}

        return show

    def test_values(self, factory: Factory, db: Session, show_user: Any) -> None:
        inviter = factory.user("ann")
        joined = datetime(2026, 5, 4, 12, tzinfo=UTC)
        user = factory.user(
            "Bob",
            inviter_id=inviter.id,
            locked=True,
            uploaded=3,
            downloaded=2,
            invites=1,
            created=joined,
            last_seen=joined + timedelta(hours=1),
        )
        donors = SecondaryClass(name="Donor")
        db.add(donors)
        db.flush()
        db.add(SecondaryClassMember(secondary_class_id=donors.id, user_id=user.id))
        ends = datetime.now(UTC) + timedelta(days=1)
        db.add(UserWarning(user_id=user.id, reason="An example.", expires=ends))
        db.commit()
        assert show_user("bob") == {
            "id": str(user.id),
            "username": "Bob",
            "email": "bob@example.org, not confirmed",
            "class": "User",
            "secondary classes": "Donor",
            "standing": "locked",
            "warnings": "1",
            "uploaded": "3 bytes",
            "downloaded": "2 bytes",
            "owes": "0 bytes of upload",
            "invites": "1",
            "invited by": "ann",
            "joined": "2026-05-04T12:00:00+00:00",
            "last seen": "2026-05-04T13:00:00+00:00",
        }

    def test_somebody_plain(self, factory: Factory, show_user: Any) -> None:
        factory.user("bob", email_confirmed=datetime.now(UTC))
        user = show_user("bob")
        assert user["email"] == "bob@example.org"
        assert user["secondary classes"] == "none"
        assert (user["standing"], user["invited by"], user["last seen"]) == (
            "good",
            "nobody",
            "-",
        )

    def test_nobody(self, fail: Any) -> None:
        assert fail("user", "show", "bob") == "There is no member 'bob'."
