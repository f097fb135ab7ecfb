"""``PUT /users/{id}``."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

NEW = "another horse 2!"
MOST = 2**63 - 1


class TestFigures:
    def test_everything(self, moderator: Client, path: str, user: User, logged: Any) -> None:
        figures = {"uploaded": 3, "downloaded": 2, "invites": 1}
        response = moderator.put(path, figures, status=200).json["response"]
        assert {name: response[name] for name in figures} == figures
        assert moderator.get(path).json["response"] == response
        before = {"uploaded": 0, "downloaded": 0, "invites": 0}
        assert logged() == [("user_edited", ("users", user.id), before, figures)]

    @pytest.mark.parametrize("name", ["uploaded", "downloaded", "invites"])
    def test_zero_is_a_value(self, moderator: Client, factory: Factory, name: str) -> None:
        user = factory.user(uploaded=5, downloaded=5, invites=5)
        response = moderator.put(f"/users/{user.id}", {name: 0}, status=200).json["response"]
        others = {"uploaded": 5, "downloaded": 5, "invites": 5} | {name: 0}
        assert {key: response[key] for key in others} == others

    @pytest.mark.parametrize(
        ("name", "most"), [("uploaded", MOST), ("downloaded", MOST), ("invites", 2**31 - 1)]
    )
    def test_big_numbers(self, moderator: Client, path: str, name: str, most: int) -> None:
        response = moderator.put(path, {name: most}, status=200).json["response"]
        assert response[name] == most
        for wrong in (most + 1, -1, 10**30, 0.5, "1", True, None):
            answer = moderator.put(path, {name: wrong}, status=400).json
            assert set(answer["errors"]) == {name} or answer["code"] == "malformed"

    def test_nothing(self, moderator: Client, path: str, logged: Any) -> None:
        for body in ({}, {"uploaded": 0}, {"permissions": {}}):
            moderator.put(path, body, status=200)
        assert logged() == []

    def test_unknown_keys(self, moderator: Client, path: str) -> None:
        body = {"uploaded": 1, "enabled": False, "user_class_id": 2}
        answer = moderator.put(path, body, status=400).json
        assert set(answer["errors"]) == {"enabled", "user_class_id"}
        assert moderator.get(path).json["response"]["uploaded"] == 0

    def test_seen_by_the_member_at_once(self, moderator: Client, caller: Client, path: str) -> None:
        moderator.put(path, {"uploaded": 7}, status=200)
        assert caller.get("/users/me").json["response"]["uploaded"] == 7

    def test_what_the_tracker_credited_meanwhile_is_logged(
        self, moderator: Client, user: User, path: str, db: Session, logged: Any
    ) -> None:
        db.execute(update(User).where(User.id == user.id).values(uploaded=100))
        db.commit()
        moderator.put(path, {"uploaded": 50}, status=200)
        assert logged()[-1][2:] == ({"uploaded": 100}, {"uploaded": 50})


class TestEmail:
    def test_lower_case(self, moderator: Client, path: str, logged: Any) -> None:
        body = {"email": "Some.Body@Example.ORG"}
        response = moderator.put(path, body, status=200).json["response"]
        assert response["email"] == "some.body@example.org"
        after = {"email": "some.body@example.org"}
        assert logged()[-1][2:] == ({"email": "somebody@example.org"}, after)

    def test_its_own_in_another_case(self, moderator: Client, path: str, logged: Any) -> None:
        moderator.put(path, {"email": "SOMEBODY@example.org"}, status=200)
        assert logged() == []

    @pytest.mark.one_backend
    @pytest.mark.parametrize("email", ["", "x", "a@b", " a@example.org", 7, None])
    def test_no_address(self, moderator: Client, path: str, email: Any) -> None:
        answer = moderator.put(path, {"email": email}, status=400).json
        assert set(answer["errors"]) == {"email"}


class TestPassword:
    def test_it_is_set_and_ends_all_keys(
        self, client: Client, moderator: Client, caller: Client, path: str, user: User, db: Session
    ) -> None:
        moderator.put(path, {"password": NEW}, status=200)
        caller.get("/users/me", status=401)
        live = select(func.count()).where(APIKey.user_id == user.id, APIKey.revoked.is_(None))
        assert db.scalar(live) == 0
        for password, status in ((PASSWORD, 401), (NEW, 201)):
            account = {"username": "somebody", "password": password}
            client.post("/api_keys", account, status=status)

    def test_others_keep_their_keys(self, moderator: Client, member: Client, path: str) -> None:
        moderator.put(path, {"password": NEW}, status=200)
        member.get("/users/me", status=200)
        moderator.get("/users/me", status=200)

    def test_it_is_not_logged(self, moderator: Client, path: str, db: Session, logged: Any) -> None:
        moderator.put(path, {"password": NEW}, status=200)
        assert logged()[-1][2:] == ({"password": "[secret]"}, {"password": "[changed]"})

    def test_what_is_refused_changes_nothing(
        self, moderator: Client, caller: Client, path: str
    ) -> None:
        body = {"password": NEW, "permissions": {"nonsense": True}}
        moderator.put(path, body, status=400)
        caller.get("/users/me", status=200)

    @pytest.mark.parametrize("password", ["short1!", "no digits here!", "somebody horse 1!"])
    def test_rules(self, moderator: Client, path: str, password: str) -> None:
        body = {"password": password, "uploaded": 5}
        answer = moderator.put(path, body, status=400).json
        assert set(answer["errors"]) == {"password"}
        assert moderator.get(path).json["response"]["uploaded"] == 0


class TestWho:
    def test_rank(self, moderator: Client, above: str, logged: Any) -> None:
        answer = moderator.put(above, {"uploaded": 1}, status=403).json
        assert answer["code"] == "outranked"
        assert logged() == []

    def test_one_rank_below(self, moderator: Client, factory: Factory) -> None:
        below = factory.user(user_class_id=factory.user_class("Below", rank=499).id)
        moderator.put(f"/users/{below.id}", {"uploaded": 1}, status=200)

    def test_god_mode(self, staff: Client, factory: Factory) -> None:
        for path in ("/users/me", f"/users/{factory.staff().id}"):
            staff.put(path, {"uploaded": 1}, status=200)

    def test_god_mode_that_the_key_leaves_out(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.staff(), "users_moderate", "users_view")
        path = f"/users/{factory.staff().id}"
        client.as_key(key).put(path, {"uploaded": 1}, status=403)

    def test_without_the_permission(self, member: Client, caller: Client, path: str) -> None:
        for somebody in (member, caller):
            somebody.put(path, {"uploaded": 1}, status=403)
        caller.put("/users/me", {"uploaded": 1}, status=403)

    def test_missing(self, moderator: Client) -> None:
        answer = moderator.put("/users/99", {"uploaded": 1}, status=404).json
        assert answer["response"] == "User 99 does not exist."
