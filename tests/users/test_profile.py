"""``GET /users/{id}``: the page of another member, which costs no SQL if it is cached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete

from pulsar.db import utcnow
from pulsar.interfaces import ICache
from pulsar.security.tags import user_class
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users import tags
from pulsar.users.models import User


@pytest.fixture
def user(factory: Factory) -> User:
    """The member whose page is shown."""
    return factory.user("Shown")


@pytest.fixture
def path(user: User) -> str:
    """The path of the page."""
    return f"/users/{user.id}"


@pytest.fixture
def viewer(client: Client, factory: Factory) -> Callable[..., Client]:
    """``viewer("users_moderate")``: a client of another member, with this permission."""

    def make(*grants: str, scope: tuple[str, ...] = ()) -> Client:
        return client.as_key(factory.key(factory.user(grants=grants), *scope))

    return make


def profile(client: Client, path: str) -> dict[str, Any]:
    page: dict[str, Any] = client.get(path, status=200).json["response"]
    return page


class TestWarm:
    @pytest.mark.parametrize("grants", [(), ("users_moderate",), ("users_moderate_advanced",)])
    def test_costs_no_sql(
        self, viewer: Callable[..., Client], path: str, grants: tuple[str, ...], count_sql: Any
    ) -> None:
        client = viewer(*grants)
        before = profile(client, path)
        with count_sql() as statements:
            assert profile(client, path) == before
        assert statements == []

    def test_own_page_costs_none(
        self, client: Client, factory: Factory, user: User, path: str, count_sql: Any
    ) -> None:
        own = client.as_key(factory.key(user))
        before = profile(own, path)
        with count_sql() as statements:
            assert profile(own, path) == profile(own, "/users/me") == before
        assert statements == []
        assert before["email"] == user.email

    def test_is_shared(self, viewer: Callable[..., Client], path: str, count_sql: Any) -> None:
        before = profile(viewer(), path)
        other = viewer()
        other.get("/users/me")
        with count_sql() as statements:
            assert profile(other, path) == before
        assert statements == []

    def test_unknown(self, viewer: Callable[..., Client]) -> None:
        client = viewer()
        for _ in range(2):
            assert client.get("/users/4711", status=404).json["code"] == "not_found"


class TestTags:
    def test_each_drops_the_copy(
        self,
        factory: Factory,
        viewer: Callable[..., Client],
        registry: Any,
        count_sql: Any,
    ) -> None:
        own_class = factory.user_class("Own")
        user = factory.user(user_class_id=own_class.id)
        client, path = viewer(), f"/users/{user.id}"
        for tag in (tags.user(user.id), tags.profile(user.id), user_class(own_class.id)):
            profile(client, path)
            with count_sql() as statements:
                profile(client, path)
            assert statements == []
            registry.getUtility(ICache).invalidate([tag])
            with count_sql() as statements:
                profile(client, path)
            assert statements


class TestViewers:
    """Callers are never shown a copy of an audience that sees more or less."""

    def test_see_what_they_may(self, viewer: Callable[..., Client], path: str) -> None:
        plain, moderator = viewer(), viewer("users_moderate")
        for _ in range(2):
            assert "email" not in profile(plain, path)
            assert "email" in profile(moderator, path)

    def test_with_a_narrow_key(self, viewer: Callable[..., Client], path: str) -> None:
        assert "email" in profile(viewer("users_moderate"), path)
        assert "email" not in profile(viewer("users_moderate", scope=("users_view",)), path)

    def test_who_lose_a_permission(
        self, client: Client, factory: Factory, staff: Client, path: str
    ) -> None:
        moderator = factory.user(grants=["users_moderate"])
        as_moderator = client.as_key(factory.key(moderator))
        assert "email" in profile(as_moderator, path)
        body = {"permissions": {"users_moderate": False}}
        staff.put(f"/users/{moderator.id}", body, status=200)
        assert "email" not in profile(as_moderator, path)

    def test_owner_who_moderates(
        self, client: Client, factory: Factory, viewer: Callable[..., Client]
    ) -> None:
        """They see the permissions that their key allows."""
        moderator = factory.user(grants=["users_moderate", "users_moderate_advanced"])
        path = f"/users/{moderator.id}"
        own = client.as_key(factory.key(moderator))
        other = viewer("users_moderate", "users_moderate_advanced")
        assert "basic_permissions" in profile(other, path)
        assert profile(own, path) == profile(own, "/users/me")

    def test_without_the_permission(self, client: Client, factory: Factory, path: str) -> None:
        denied = client.as_key(factory.key(factory.user(denials=["users_view"])))
        denied.get(path, status=403)


class TestChanges:
    @pytest.fixture
    def fresh(
        self, viewer: Callable[..., Client], path: str, registry: Any
    ) -> Callable[[], dict[str, Any]]:
        """``fresh()``: the page for a moderator; fails if it differs without a cache."""
        clients = [viewer(), viewer("users_moderate", "users_moderate_advanced")]

        def check() -> dict[str, Any]:
            cached = [profile(client, path) for client in clients]
            registry.getUtility(ICache).clear()
            assert cached == [profile(client, path) for client in clients]
            return cached[1]

        check()
        return check

    def test_name_of_the_inviter(
        self, factory: Factory, user: User, fresh: Any, db: Any, registry: Any
    ) -> None:
        inviter = factory.user("Before")
        user.inviter_id = inviter.id
        db.commit()
        registry.getUtility(ICache).clear()
        assert fresh()["inviter"]["username"] == "Before"
        inviter.username = "After"
        db.commit()
        registry.getUtility(ICache).invalidate([tags.user(inviter.id)])
        assert fresh()["inviter"]["username"] == "After"

    def test_class(self, factory: Factory, staff: Client, path: str, fresh: Any) -> None:
        user_class = factory.user_class("Novice")
        body = {"user_class_id": user_class.id, "reason": "Because."}
        staff.put(f"{path}/class", body, status=200)
        assert fresh()["user_class"] == "Novice"
        staff.put(f"/user_classes/{user_class.id}", {"name": "Adept"}, status=200)
        assert fresh()["user_class"] == "Adept"

    @pytest.mark.parametrize(
        "body",
        [{"uploaded": 7}, {"downloaded": 8}, {"invites": 9}, {"email": "other@example.org"}],
    )
    def test_figures(self, staff: Client, path: str, fresh: Any, body: dict[str, Any]) -> None:
        staff.put(path, body, status=200)
        page = fresh()
        assert {name: page[name] for name in body} == body

    @pytest.mark.parametrize("status", [{"locked": True}, {"enabled": False}])
    def test_standing(self, staff: Client, path: str, fresh: Any, status: dict[str, bool]) -> None:
        staff.put(f"{path}/status", {**status, "reason": "Because."}, status=200)
        page = fresh()
        assert {name: page[name] for name in status} == status

    def test_warning_that_ends(self, staff: Client, path: str, fresh: Any) -> None:
        start = utcnow()
        with time_machine.travel(start, tick=False):
            staff.post(f"{path}/warnings", {"reason": "Be kind.", "days": 1}, status=201)
            assert fresh()["warnings"] == 1
        with time_machine.travel(start + timedelta(days=1, seconds=1), tick=False):
            assert fresh()["warnings"] == 0

    def test_gone(self, viewer: Callable[..., Client], user: User, path: str, db: Any) -> None:
        """If the row was deleted by other means, this is no internal error."""
        moderator = viewer("users_moderate", "users_moderate_advanced")
        viewer().get(path, status=200)
        db.execute(delete(User).where(User.id == user.id))
        db.commit()
        moderator.get(path, status=404)
