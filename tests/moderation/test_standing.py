"""Class, enabled and locked: stored with a reason, and effective at the next request."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass
from pulsar.interfaces import ISecrets
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, STAFF_CLASS, Factory
from pulsar.users.models import User


def history(client: Client, path: str) -> list[Any]:
    """Return kind, before, after, reason and staff of the changes, newest first."""
    items = client.get(f"{path}/history", status=200).json["response"]["items"]
    return [
        (item["kind"], item["before"], item["after"], item["reason"], item["staff"]["username"])
        for item in items
    ]


class TestClass:
    @pytest.fixture
    def elite(self, factory: Factory) -> UserClass:
        """A class of rank 100."""
        return factory.user_class("Elite", "users_view", "users_notes", rank=100)

    def test_changed(
        self, moderator: Client, caller: Client, path: str, user: User, elite: Any, logged: Any
    ) -> None:
        body = {"user_class_id": elite.id, "reason": "Well done."}
        response = moderator.put(f"{path}/class", body, status=200).json["response"]
        assert response["user_class"] == "Elite"
        assert moderator.get(path).json["response"]["user_class"] == "Elite"
        caller.get(f"{path}/notes", status=200)
        change = ("class", "User", "Elite", "Well done.", "moderator")
        assert history(moderator, path) == [change]
        target = ("users", user.id)
        assert logged() == [("user_class", target, {"value": "User"}, {"value": "Elite"})]

    def test_to_the_same(self, moderator: Client, path: str, logged: Any) -> None:
        moderator.put(f"{path}/class", {"user_class_id": 1, "reason": "x"}, status=200)
        assert history(moderator, path) == []
        assert logged() == []

    def test_unknown(self, moderator: Client, path: str) -> None:
        body = {"user_class_id": 99, "reason": "x"}
        answer = moderator.put(f"{path}/class", body, status=400).json
        assert answer["errors"] == {"user_class_id": ["Invalid UserClass id."]}

    @pytest.mark.one_backend
    @pytest.mark.parametrize("reason", [None, "", "x" * 2_001])
    def test_without_a_reason(self, moderator: Client, path: str, elite: Any, reason: Any) -> None:
        body = {"user_class_id": elite.id, "reason": reason}
        answer = moderator.put(f"{path}/class", body, status=400).json
        assert set(answer["errors"]) == {"reason"}

    def test_of_those_above(self, moderator: Client, above: str, elite: Any) -> None:
        body = {"user_class_id": elite.id, "reason": "x"}
        assert moderator.put(f"{above}/class", body, status=403).json["code"] == "outranked"

    def test_to_the_own_or_above(self, moderator: Client, path: str, moderators: UserClass) -> None:
        for class_id in (moderators.id, STAFF_CLASS):
            body = {"user_class_id": class_id, "reason": "x"}
            answer = moderator.put(f"{path}/class", body, status=403).json
            assert answer["code"] == "outranked"

    def test_by_staff(self, staff: Client, path: str) -> None:
        body = {"user_class_id": STAFF_CLASS, "reason": "x"}
        staff.put(f"{path}/class", body, status=200)

    def test_without_the_permission(self, member: Client, caller: Client, path: str) -> None:
        body = {"user_class_id": 1, "reason": "x"}
        member.put(f"{path}/class", body, status=403)
        caller.put("/users/me/class", body, status=403)


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "kind", "before"),
        [({"enabled": False}, "disabled", "enabled"), ({"locked": True}, "locked", "unlocked")],
    )
    def test_there_and_back(
        self,
        moderator: Client,
        path: str,
        user: User,
        status: dict[str, bool],
        kind: str,
        before: str,
        logged: Any,
    ) -> None:
        (field,) = status
        moderator.put(f"{path}/status", {**status, "reason": "Cheated."}, status=200)
        assert moderator.get(path).json["response"][field] is status[field]
        back = {field: not status[field], "reason": "Not so."}
        moderator.put(f"{path}/status", back, status=200)
        assert moderator.get(path).json["response"][field] is not status[field]
        assert history(moderator, path) == [
            (before, kind, before, "Not so.", "moderator"),
            (kind, before, kind, "Cheated.", "moderator"),
        ]
        target = ("users", user.id)
        assert logged() == [
            (f"user_{kind}", target, {"value": before}, {"value": kind}),
            (f"user_{before}", target, {"value": kind}, {"value": before}),
        ]

    def test_both_at_once(self, moderator: Client, path: str) -> None:
        body = {"enabled": False, "locked": True, "reason": "x"}
        moderator.put(f"{path}/status", body, status=200)
        assert [change[0] for change in history(moderator, path)] == ["locked", "disabled"]

    def test_what_changes_nothing(self, moderator: Client, path: str, logged: Any) -> None:
        for status in ({}, {"enabled": True}, {"locked": False}):
            moderator.put(f"{path}/status", {**status, "reason": "x"}, status=200)
        assert history(moderator, path) == []
        assert logged() == []

    def test_without_a_reason(self, moderator: Client, path: str) -> None:
        answer = moderator.put(f"{path}/status", {"locked": True}, status=400).json
        assert answer["errors"] == {"reason": ["required key not provided"]}
        assert moderator.get(path).json["response"]["locked"] is False

    def test_of_those_above(self, moderator: Client, above: str) -> None:
        body = {"enabled": False, "reason": "x"}
        assert moderator.put(f"{above}/status", body, status=403).json["code"] == "outranked"

    def test_history_is_for_moderators(self, caller: Client, path: str) -> None:
        caller.get(f"{path}/history", status=403)
        caller.get("/users/me/history", status=403)


class TestDisabled:
    """A disabled member is refused everywhere until they are enabled."""

    def put(self, moderator: Client, path: str, enabled: bool) -> None:
        body = {"enabled": enabled, "reason": "x"}
        moderator.put(f"{path}/status", body, status=200)

    def test_their_keys(self, moderator: Client, caller: Client, path: str) -> None:
        self.put(moderator, path, False)
        for place in ("/users/me", "/", "/nowhere"):
            answer = caller.get(place, status=403).json
            assert answer["code"] == "account_disabled"
            assert answer["response"] == "Your account has been disabled."
        self.put(moderator, path, True)
        caller.get("/users/me", status=200)

    def test_their_password(self, client: Client, moderator: Client, path: str) -> None:
        self.put(moderator, path, False)
        account = {"username": "somebody", "password": PASSWORD}
        assert client.post("/api_keys", account, status=403).json["code"] == "account_disabled"

    def test_their_feed_key_and_passkey(
        self, client: Client, moderator: Client, path: str, user: User, db: Session
    ) -> None:
        secrets = client.app.registry.getUtility(ISecrets)
        feed, passkey = (secrets.current(db, user.id, kind) for kind in ("feed", "passkey"))
        db.commit()
        client.get(f"/torrents?feed_key={feed}", status=200)
        assert b"disabled" not in client.get(f"/announce/{passkey}", status=200).body
        self.put(moderator, path, False)
        client.get(f"/torrents?feed_key={feed}", status=403)
        refused = client.get(f"/announce/{passkey}", status=200).body
        assert b"Your account has been disabled." in refused


class TestLocked:
    """A locked member keeps the permissions in the settings, and sees the reason."""

    def test_permissions_are_gone(self, moderator: Client, caller: Client, path: str) -> None:
        body = {"locked": True, "reason": "x"}
        moderator.put(f"{path}/status", body, status=200)
        answer = caller.get("/torrents", status=403).json
        assert answer["code"] == "account_locked"
        assert answer["response"] == "Your account has been locked."
        assert caller.get("/users/me", status=200).json["response"]["locked"] is True
        moderator.put(f"{path}/status", {"locked": False, "reason": "x"}, status=200)
        caller.get("/torrents", status=200)

    def test_even_god_mode(self, staff: Client, client: Client, factory: Factory) -> None:
        other = factory.staff()
        god = client.as_key(factory.key(other))
        god.get("/site_log", status=200)
        body = {"locked": True, "reason": "x"}
        staff.put(f"/users/{other.id}/status", body, status=200)
        assert god.get("/site_log", status=403).json["code"] == "account_locked"
