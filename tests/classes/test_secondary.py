"""``/secondary_classes`` and their members."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def donors(make_secondary: Any) -> int:
    """A secondary class with a permission."""
    class_id: int = make_secondary("Donor", "users_warn")
    return class_id


@pytest.fixture
def path(donors: int) -> str:
    """The path of the class."""
    return f"/secondary_classes/{donors}"


@pytest.fixture
def user(factory: Factory) -> User:
    """An ordinary member."""
    return factory.user("somebody")


class TestClass:
    def test_create(self, manager: Client, logged: Any) -> None:
        body = {"name": "Helper", "permissions": ["users_warn"]}
        answer = manager.post("/secondary_classes", body, status=201)
        response = answer.json["response"]
        assert response == {"id": response["id"], **body}
        assert manager.get(f"/secondary_classes/{response['id']}").json["response"] == response
        assert answer.headers["Location"].endswith(f"/secondary_classes/{response['id']}")
        assert logged() == [("class_created", ("secondary_classes", response["id"]), None, body)]

    def test_listed(self, member: Client, make_secondary: Any) -> None:
        for name in ("One", "Two", "Three"):
            make_secondary(name)
        answer = member.get("/secondary_classes?limit=2&page=2", status=200)
        page = answer.json["response"]
        assert [item["name"] for item in page["items"]] == ["Three"]
        assert "permissions" not in page["items"][0]
        assert 'rel="prev"' in answer.headers["Link"]

    @pytest.mark.parametrize("name", ["donor", "DONOR"])
    def test_name_taken(self, manager: Client, donors: int, name: str) -> None:
        answer = manager.post("/secondary_classes", {"name": name}, status=409).json
        assert answer["response"] == f"Another SecondaryClass already has the name {name}."
        assert answer["existing_id"] == donors

    def test_has_no_rank(self, manager: Client) -> None:
        answer = manager.post("/secondary_classes", {"name": "x", "rank": 1}, status=400).json
        assert answer["errors"] == {"rank": ["extra keys not allowed"]}

    def test_permissions_that_are_not_held(self, manager: Client, path: str) -> None:
        sentence = "you do not hold the following permissions: users_notes"
        for answer in (
            manager.post("/secondary_classes", {"name": "x", "permissions": ["users_notes"]}),
            manager.put(path, {"permissions": {"users_notes": True}}),
        ):
            assert answer.status_int == 400
            assert answer.json["errors"] == {"permissions": [sentence]}

    def test_edit(self, manager: Client, path: str, donors: int, logged: Any) -> None:
        body = {"name": "Friend", "permissions": {"users_warn": False, "users_view": True}}
        response = manager.put(path, body, status=200).json["response"]
        assert response == {"id": donors, "name": "Friend", "permissions": ["users_view"]}
        assert logged()[-1] == (
            "class_edited",
            ("secondary_classes", donors),
            {"name": "Donor", "permissions": ["users_warn"]},
            {"name": "Friend", "permissions": ["users_view"]},
        )

    def test_sentences_of_permissions(self, staff: Client, path: str) -> None:
        body = {"permissions": {"users_warn": True, "users_view": False}}
        assert staff.put(path, body, status=400).json["errors"]["permissions"] == [
            "SecondaryClass Donor already has the permission users_warn.",
            "SecondaryClass Donor does not have the permission users_view.",
        ]

    def test_delete(self, manager: Client, path: str, donors: int, logged: Any) -> None:
        answer = manager.delete(path, status=200).json
        assert answer["response"] == "SecondaryClass Donor has been deleted."
        assert logged()[-1] == (
            "class_deleted",
            ("secondary_classes", donors),
            {"name": "Donor", "permissions": ["users_warn"]},
            None,
        )
        answer = manager.get(path, status=404).json
        assert answer["response"] == f"SecondaryClass {donors} does not exist."

    def test_delete_in_use(self, manager: Client, staff: Client, path: str, user: User) -> None:
        staff.post(f"{path}/members", {"user_id": user.id}, status=201)
        answer = manager.delete(path, status=400).json
        sentence = "You cannot delete a SecondaryClass while users are assigned to it."
        assert answer["response"] == sentence
        staff.delete(f"{path}/members/{user.id}", status=200)
        manager.delete(path, status=200)

    def test_without_the_permission(self, member: Client, path: str) -> None:
        member.post("/secondary_classes", {"name": "x"}, status=403)
        member.put(path, {"name": "x"}, status=403)
        member.delete(path, status=403)


class TestAuthorityOfMembers:
    """Callers cannot use a class to change the permissions of members at or above them."""

    @pytest.fixture
    def members(self, staff: Client, factory: Factory, path: str, user: User) -> None:
        """An ordinary member and a member of staff."""
        for joining in (user, factory.staff()):
            staff.post(f"{path}/members", {"user_id": joining.id}, status=201)

    @pytest.mark.usefixtures("members")
    def test_permissions(self, manager: Client, staff: Client, path: str) -> None:
        body = {"permissions": {"users_warn": False}}
        assert manager.put(path, body, status=403).json["code"] == "outranked"
        staff.put(path, body, status=200)

    @pytest.mark.usefixtures("members")
    def test_name(self, manager: Client, path: str) -> None:
        manager.put(path, {"name": "Friend", "permissions": {}}, status=200)

    def test_their_own(self, manager: Client, staff: Client, path: str) -> None:
        user_id = manager.get("/users/me").json["response"]["id"]
        staff.post(f"{path}/members", {"user_id": user_id}, status=201)
        manager.put(path, {"permissions": {"users_view": True}}, status=403)

    def test_of_lower_members(self, manager: Client, staff: Client, path: str, user: User) -> None:
        staff.post(f"{path}/members", {"user_id": user.id}, status=201)
        manager.put(path, {"permissions": {"users_warn": False}}, status=200)


class TestMembers:
    def test_added(self, manager: Client, path: str, user: User, logged: Any) -> None:
        answer = manager.post(f"{path}/members", {"user_id": user.id}, status=201).json
        assert answer["response"] == "somebody is now in Donor."
        page = manager.get(f"{path}/members", status=200).json["response"]
        assert [item["username"] for item in page["items"]] == ["somebody"]
        response = manager.get(f"/users/{user.id}").json["response"]
        assert response["secondary_classes"] == ["Donor"]
        after = {"secondary_class": "Donor"}
        assert logged()[-1] == ("secondary_class_added", ("users", user.id), None, after)

    def test_added_twice(self, manager: Client, path: str, user: User) -> None:
        manager.post(f"{path}/members", {"user_id": user.id}, status=201)
        answer = manager.post(f"{path}/members", {"user_id": user.id}, status=409).json
        assert answer["code"] == "already_member"
        assert answer["response"] == "somebody is already in Donor."

    def test_nobody(self, manager: Client, path: str) -> None:
        answer = manager.post(f"{path}/members", {"user_id": 99}, status=400).json
        assert answer["errors"] == {"user_id": ["Invalid User id."]}

    def test_removed(self, manager: Client, path: str, user: User, logged: Any) -> None:
        manager.post(f"{path}/members", {"user_id": user.id}, status=201)
        answer = manager.delete(f"{path}/members/{user.id}", status=200).json
        assert answer["response"] == "somebody is no longer in Donor."
        manager.delete(f"{path}/members/{user.id}", status=404)
        assert manager.get(f"{path}/members").json["response"]["total"] == 0
        before = {"secondary_class": "Donor"}
        assert logged()[-1] == ("secondary_class_removed", ("users", user.id), before, None)

    def test_of_another_class(
        self, manager: Client, path: str, user: User, make_secondary: Any
    ) -> None:
        manager.post(f"{path}/members", {"user_id": user.id}, status=201)
        other = make_secondary("Other")
        manager.delete(f"/secondary_classes/{other}/members/{user.id}", status=404)
        assert manager.get(f"/secondary_classes/{other}/members").json["response"]["total"] == 0

    @pytest.mark.parametrize("name", ["0", "x", "01", "9223372036854775808"])
    def test_no_id(self, manager: Client, path: str, name: str) -> None:
        manager.delete(f"{path}/members/{name}", status=404)

    def test_of_the_own_rank(self, manager: Client, staff: Client, path: str, factory: Any) -> None:
        peer = factory.user(user_class_id=self.class_id(manager))
        answer = manager.post(f"{path}/members", {"user_id": peer.id}, status=403).json
        assert answer["code"] == "outranked"
        staff.post(f"{path}/members", {"user_id": peer.id}, status=201)
        manager.delete(f"{path}/members/{peer.id}", status=403)

    def test_oneself(self, manager: Client, path: str) -> None:
        user_id = manager.get("/users/me").json["response"]["id"]
        manager.post(f"{path}/members", {"user_id": user_id}, status=403)

    def test_a_class_that_holds_more(
        self, manager: Client, make_secondary: Any, user: User
    ) -> None:
        gods = make_secondary("Gods", "site_god_mode", "users_view")
        path = f"/secondary_classes/{gods}/members"
        answer = manager.post(path, {"user_id": user.id}, status=400).json
        sentence = "you do not hold the following permissions: site_god_mode"
        assert answer["errors"] == {"user_id": [sentence]}

    def test_without_the_permission(self, member: Client, path: str, user: User) -> None:
        member.post(f"{path}/members", {"user_id": user.id}, status=403)
        member.get(f"{path}/members", status=200)

    @staticmethod
    def class_id(manager: Client) -> int:
        classes = manager.get("/user_classes").json["response"]["user_classes"]
        return next(user_class["id"] for user_class in classes if user_class["name"] == "Managers")
