"""Changes to a class affect its members' next request, although identities are cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.interfaces import IDatabase
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

#: Requires only userclasses_list.
PATH = "/user_classes"


@pytest.fixture
def elite(make_class: Any) -> int:
    """A class without permissions."""
    class_id: int = make_class("Elite")
    return class_id


@pytest.fixture
def user(factory: Factory, elite: int) -> User:
    """A member of the class."""
    return factory.user("somebody", user_class_id=elite)


@pytest.fixture
def caller(client: Client, factory: Factory, user: User) -> Client:
    """The member, whose identity and profile are cached."""
    caller = client.as_key(factory.key(user))
    for _ in range(2):
        caller.get(PATH, status=403)
        caller.get("/users/me", status=200)
    return caller


class TestPrimary:
    def test_given_and_taken(self, staff: Client, caller: Client, elite: int) -> None:
        for is_granted, status in ((True, 200), (False, 403), (True, 200)):
            body = {"permissions": {"userclasses_list": is_granted}}
            staff.put(f"/user_classes/{elite}", body, status=200)
            caller.get(PATH, status=status)

    def test_every_key(
        self, staff: Client, client: Client, factory: Factory, user: User, elite: int
    ) -> None:
        keys = [factory.key(user), factory.key(user, "userclasses_list")]
        for key in keys:
            client.as_key(key).get(PATH, status=403)
        body = {"permissions": {"userclasses_list": True}}
        staff.put(f"/user_classes/{elite}", body, status=200)
        for key in keys:
            client.as_key(key).get(PATH, status=200)

    def test_what_was_refused_changes_nothing(
        self, staff: Client, caller: Client, elite: int
    ) -> None:
        body = {"name": "User", "permissions": {"userclasses_list": True}}
        staff.put(f"/user_classes/{elite}", body, status=409)
        caller.get(PATH, status=403)

    def test_its_name(self, staff: Client, caller: Client, elite: int) -> None:
        assert caller.get("/users/me").json["response"]["user_class"] == "Elite"
        staff.put(f"/user_classes/{elite}", {"name": "Best"}, status=200)
        assert caller.get("/users/me").json["response"]["user_class"] == "Best"

    def test_another_class(self, staff: Client, caller: Client, user: User) -> None:
        body = {"user_class_id": 1, "reason": "Fell."}
        staff.put(f"/users/{user.id}/class", body, status=200)
        caller.get(PATH, status=200)
        assert caller.get("/users/me").json["response"]["user_class"] == "User"


class TestSecondary:
    @pytest.fixture
    def donors(self, make_secondary: Any) -> int:
        """A secondary class with the permission."""
        class_id: int = make_secondary("Donor", "userclasses_list")
        return class_id

    def test_joining_and_leaving(
        self, staff: Client, caller: Client, user: User, donors: int
    ) -> None:
        path = f"/secondary_classes/{donors}/members"
        staff.post(path, {"user_id": user.id}, status=201)
        caller.get(PATH, status=200)
        assert caller.get("/users/me").json["response"]["secondary_classes"] == ["Donor"]
        staff.delete(f"{path}/{user.id}", status=200)
        caller.get(PATH, status=403)
        assert caller.get("/users/me").json["response"]["secondary_classes"] == []

    def test_given_and_taken(self, staff: Client, caller: Client, user: User, donors: int) -> None:
        staff.post(f"/secondary_classes/{donors}/members", {"user_id": user.id}, status=201)
        caller.get(PATH, status=200)
        for is_granted, status in ((False, 403), (True, 200)):
            body = {"permissions": {"userclasses_list": is_granted}}
            staff.put(f"/secondary_classes/{donors}", body, status=200)
            caller.get(PATH, status=status)

    def test_its_name(self, staff: Client, caller: Client, user: User, donors: int) -> None:
        staff.post(f"/secondary_classes/{donors}/members", {"user_id": user.id}, status=201)
        caller.get("/users/me")
        staff.put(f"/secondary_classes/{donors}", {"name": "Friend"}, status=200)
        assert caller.get("/users/me").json["response"]["secondary_classes"] == ["Friend"]

    def test_a_denial_goes_before_it(
        self, staff: Client, client: Client, factory: Factory, donors: int
    ) -> None:
        denied = factory.user(denials=["userclasses_list"])
        staff.post(f"/secondary_classes/{donors}/members", {"user_id": denied.id}, status=201)
        client.as_key(factory.key(denied)).get(PATH, status=403)


class TestProcesses:
    """Different processes serve the member and change the class.

    The cache in memory serves one process only, so with it one application plays both parts.
    """

    def test_the_other_one_knows(self, make_site: Callable[..., Any], backend: Backend) -> None:
        site = make_site()
        other = make_site() if backend.redis_url else site
        with site.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            elite = factory.user_class("Elite", rank=100).id
            staff = Client(site, factory.key(factory.staff("staff")))
            caller = Client(other, factory.key(factory.user("somebody", user_class_id=elite)))
        for _ in range(2):
            caller.get(PATH, status=403)
        for is_granted, status in ((True, 200), (False, 403)):
            body = {"permissions": {"userclasses_list": is_granted}}
            staff.put(f"/user_classes/{elite}", body, status=200)
            caller.get(PATH, status=status)
