"""``/user_classes``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass
from pulsar.testing.client import Client
from pulsar.testing.factories import STAFF_CLASS, Factory
from pulsar.users.models import User

LOWEST = "/user_classes/1"


class TestList:
    def test_both_kinds_the_lowest_first(
        self, staff: Client, make_class: Any, make_secondary: Any
    ) -> None:
        make_class("Elite", rank=200)
        make_class("Power", "users_warn", "users_view", rank=100)
        make_secondary("Donor", "users_warn")
        user_classes = staff.get("/user_classes", status=200).json["response"]
        names = [user_class["name"] for user_class in user_classes["user_classes"]]
        assert names == ["User", "Power", "Elite", "Staff"]
        assert user_classes["user_classes"][1]["permissions"] == ["users_view", "users_warn"]
        assert [
            secondary_class["name"] for secondary_class in user_classes["secondary_classes"]
        ] == ["Donor"]

    def test_permissions_are_not_for_members(self, member: Client) -> None:
        user_classes = member.get("/user_classes", status=200).json["response"]
        assert {user_class["name"] for user_class in user_classes["user_classes"]} == {
            "User",
            "Staff",
        }
        assert not any("permissions" in user_class for user_class in user_classes["user_classes"])
        assert "permissions" not in member.get(LOWEST, status=200).json["response"]

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        caller = client.as_key(factory.key(factory.user(denials=["userclasses_list"])))
        caller.get("/user_classes", status=403)
        # Not even whether a class exists is shown.
        for path in (LOWEST, "/user_classes/99"):
            caller.get(path, status=403)


class TestCreate:
    def test_it_is_there(self, staff: Client, logged: Any) -> None:
        body = {"name": "Elite", "permissions": ["users_warn", "users_view", "users_view"]}
        answer = staff.post("/user_classes", {**body, "rank": 100}, status=201)
        response = answer.json["response"]
        assert response == {
            "id": response["id"],
            "name": "Elite",
            "rank": 100,
            "is_default": False,
            "permissions": ["users_view", "users_warn"],
            "promotion": None,
            "demotion": None,
        }
        assert answer.headers["Location"].endswith(f"/user_classes/{response['id']}")
        assert staff.get(f"/user_classes/{response['id']}", status=200).json["response"] == response
        after = {"name": "Elite", "permissions": ["users_view", "users_warn"], "rank": 100}
        target = ("user_classes", response["id"])
        assert logged() == [("class_created", target, None, after)]

    @pytest.mark.parametrize("name", ["elite", "ELITE", "Elite"])
    def test_name_taken(self, staff: Client, make_class: Any, name: str) -> None:
        existing = make_class("Elite")
        answer = staff.post("/user_classes", {"name": name, "rank": 1}, status=409).json
        assert answer["code"] == "class_name_taken"
        assert answer["response"] == f"Another UserClass already has the name {name}."
        assert answer["existing_id"] == existing

    def test_name_of_a_secondary_class(self, make_class: Any, make_secondary: Any) -> None:
        make_secondary("Elite")
        make_class("Elite")

    @pytest.mark.one_backend
    @pytest.mark.parametrize("name", ["", " ", "x" * 25, " Elite", "Elite ", "El\nite", 7, None])
    def test_no_name(self, staff: Client, name: Any) -> None:
        answer = staff.post("/user_classes", {"name": name, "rank": 1}, status=400).json
        assert set(answer["errors"]) == {"name"}

    def test_unknown_permissions(self, staff: Client, db: Session) -> None:
        body = {"name": "Elite", "rank": 1, "permissions": ["users_view", "users_fly", "nonsense"]}
        answer = staff.post("/user_classes", body, status=400).json
        sentence = "The following permissions are invalid: nonsense, users_fly"
        assert answer["errors"] == {"permissions": [sentence]}
        assert db.scalar(select(UserClass.id).where(UserClass.name == "Elite")) is None

    def test_permissions_that_are_not_held(self, manager: Client) -> None:
        body = {"name": "Elite", "rank": 1, "permissions": ["users_view", "site_god_mode"]}
        answer = manager.post("/user_classes", body, status=400).json
        sentence = "you do not hold the following permissions: site_god_mode"
        assert answer["errors"] == {"permissions": [sentence]}

    def test_permissions_that_the_key_leaves_out(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.staff(), "userclasses_modify", "site_god_mode")
        body = {"name": "Elite", "rank": 1, "permissions": ["users_view"]}
        client.as_key(key).post("/user_classes", body, status=400)

    @pytest.mark.parametrize(("rank", "status"), [(499, 201), (500, 403), (501, 403)])
    def test_rank(self, manager: Client, rank: int, status: int) -> None:
        answer = manager.post("/user_classes", {"name": "Elite", "rank": rank}, status=status)
        if status == 403:
            assert answer.json["code"] == "outranked"

    def test_god_mode_lifts_the_rank_rule(self, staff: Client) -> None:
        staff.post("/user_classes", {"name": "Gods", "rank": 1_000_000}, status=201)

    def test_without_the_permission(self, member: Client) -> None:
        member.post("/user_classes", {"name": "Elite", "rank": 1}, status=403)


class TestEdit:
    @pytest.fixture
    def elite(self, make_class: Any) -> int:
        """A class of rank 100."""
        class_id: int = make_class("Elite", "users_view", rank=100)
        return class_id

    def test_everything(self, manager: Client, elite: int, logged: Any) -> None:
        permissions = {"users_view": False, "users_warn": True}
        body = {"name": "Best", "rank": 300, "permissions": permissions}
        user_class = manager.put(f"/user_classes/{elite}", body, status=200).json["response"]
        assert (user_class["name"], user_class["rank"], user_class["permissions"]) == (
            "Best",
            300,
            ["users_warn"],
        )
        assert manager.get(f"/user_classes/{elite}").json["response"] == user_class
        before = {"name": "Elite", "rank": 100, "permissions": ["users_view"]}
        after = {"name": "Best", "rank": 300, "permissions": ["users_warn"]}
        assert logged()[-1] == ("class_edited", ("user_classes", elite), before, after)

    def test_what_changes_nothing_is_not_logged(
        self, manager: Client, elite: int, logged: Any
    ) -> None:
        before = logged()
        for body in ({}, {"name": "Elite"}, {"rank": 100, "permissions": {}}):
            manager.put(f"/user_classes/{elite}", body, status=200)
        assert logged() == before

    def test_its_own_name_in_another_case(self, manager: Client, elite: int) -> None:
        answer = manager.put(f"/user_classes/{elite}", {"name": "ELITE"}, status=200)
        assert answer.json["response"]["name"] == "ELITE"

    def test_name_taken(self, manager: Client, elite: int) -> None:
        answer = manager.put(f"/user_classes/{elite}", {"name": "user"}, status=409).json
        assert answer["response"] == "Another UserClass already has the name user."
        assert answer["existing_id"] == 1
        assert manager.get(f"/user_classes/{elite}").json["response"]["name"] == "Elite"

    def test_sentences_of_permissions(self, staff: Client, elite: int, logged: Any) -> None:
        before = logged()
        permissions = {"users_view": True, "users_warn": False, "users_notes": True}
        body = {"name": "Other", "permissions": permissions}
        answer = staff.put(f"/user_classes/{elite}", body, status=400).json
        assert answer["errors"] == {
            "permissions": [
                "UserClass Elite already has the permission users_view.",
                "UserClass Elite does not have the permission users_warn.",
            ]
        }
        user_class = staff.get(f"/user_classes/{elite}").json["response"]
        assert (user_class["name"], user_class["permissions"]) == ("Elite", ["users_view"])
        assert logged() == before

    def test_unknown_permissions(self, staff: Client, elite: int) -> None:
        body = {"permissions": {"nonsense": True}}
        answer = staff.put(f"/user_classes/{elite}", body, status=400).json
        sentence = "The following permissions are invalid: nonsense"
        assert answer["errors"] == {"permissions": [sentence]}

    def test_unknown_permissions_can_be_taken_away(self, staff: Client, factory: Factory) -> None:
        user_class = factory.user_class("Old", "of_a_plugin_that_is_gone", rank=1)
        body = {"permissions": {"of_a_plugin_that_is_gone": False}}
        response = staff.put(f"/user_classes/{user_class.id}", body, status=200).json["response"]
        assert response["permissions"] == []

    def test_permissions_that_are_not_held(self, manager: Client, elite: int) -> None:
        body = {"permissions": {"users_notes": True}}
        answer = manager.put(f"/user_classes/{elite}", body, status=400).json
        sentence = "you do not hold the following permissions: users_notes"
        assert answer["errors"] == {"permissions": [sentence]}

    @pytest.mark.parametrize("body", [{"name": "Mine"}, {"rank": 1}, {"permissions": {}}, {}])
    def test_own_class(self, manager: Client, managers: UserClass, body: Any) -> None:
        answer = manager.put(f"/user_classes/{managers.id}", body, status=403).json
        assert answer["code"] == "outranked"
        assert answer["response"] == (
            "You cannot change a member or class that ranks at or above your own."
        )

    @pytest.mark.parametrize("rank", [500, 501])
    def test_class_at_or_above(self, manager: Client, make_class: Any, rank: int) -> None:
        peers = make_class("Peers", rank=rank)
        manager.put(f"/user_classes/{peers}", {"name": "Below"}, status=403)

    def test_rank_at_or_above(self, manager: Client, elite: int) -> None:
        manager.put(f"/user_classes/{elite}", {"rank": 499}, status=200)
        manager.put(f"/user_classes/{elite}", {"rank": 500}, status=403)

    def test_the_lowest_keeps_its_rank(self, staff: Client) -> None:
        answer = staff.put(LOWEST, {"rank": 5}, status=400).json
        assert answer["errors"] == {"rank": ["the lowest class keeps its rank"]}
        staff.put(LOWEST, {"name": "Member", "rank": 0}, status=200)

    def test_missing(self, manager: Client) -> None:
        answer = manager.put("/user_classes/99", {"name": "x"}, status=404).json
        assert answer["response"] == "UserClass 99 does not exist."


class TestDelete:
    def test_gone(self, manager: Client, make_class: Any, logged: Any) -> None:
        elite = make_class("Elite", "users_view")
        answer = manager.delete(f"/user_classes/{elite}", status=200).json
        assert answer["response"] == "UserClass Elite has been deleted."
        manager.get(f"/user_classes/{elite}", status=404)
        action, target, before, after = logged()[-1]
        assert (action, target) == ("class_deleted", ("user_classes", elite))
        assert (before["name"], before["rank"]) == ("Elite", 100)
        assert before["permissions"] == ["users_view"]
        assert after is None

    def test_the_lowest(self, staff: Client) -> None:
        answer = staff.delete(LOWEST, status=400).json
        assert answer["code"] == "class_in_use"
        assert answer["response"] == "You cannot delete the lowest UserClass."

    def test_in_use(self, staff: Client, make_class: Any, factory: Factory) -> None:
        elite = make_class("Elite")
        factory.user(user_class_id=elite)
        answer = staff.delete(f"/user_classes/{elite}", status=400).json
        assert answer["code"] == "class_in_use"
        sentence = "You cannot delete a UserClass while users are assigned to it."
        assert answer["response"] == sentence
        staff.get(f"/user_classes/{elite}", status=200)

    @pytest.mark.parametrize(
        ("rule", "key", "figures"), [("promotion", "from", "require"), ("demotion", "to", "below")]
    )
    def test_named_by_rules(
        self, staff: Client, make_class: Any, rule: str, key: str, figures: str
    ) -> None:
        power = make_class("Power", rank=100)
        rules = {rule: {key: power, figures: {"uploaded": 1}}}
        elite = make_class("Elite", rank=200, **rules)
        answer = staff.delete(f"/user_classes/{power}", status=400).json
        sentence = "The promotion rules of another UserClass name this one."
        assert answer["response"] == sentence
        staff.put(f"/user_classes/{elite}", {rule: None}, status=200)
        staff.delete(f"/user_classes/{power}", status=200)

    @pytest.mark.parametrize(("rank", "status"), [(499, 200), (500, 403), (501, 403)])
    def test_rank(self, manager: Client, make_class: Any, rank: int, status: int) -> None:
        manager.delete(f"/user_classes/{make_class('Peers', rank=rank)}", status=status)

    def test_own_class(self, manager: Client, managers: UserClass) -> None:
        manager.delete(f"/user_classes/{managers.id}", status=403)

    def test_somebody_joins_at_the_same_moment(
        self, staff: Client, make_class: Any, factory: Factory, db: Session, connection: Any
    ) -> None:
        elite = make_class("Elite")
        user_id = factory.user().id

        def join(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
            """Add a member to the class after the check that it has none."""
            if statement.startswith("DELETE FROM user_classes"):
                values = {"user_class_id": elite}
                conn.execute(update(User.__table__).where(User.id == user_id).values(values))

        event.listen(connection, "before_cursor_execute", join)
        try:
            answer = staff.delete(f"/user_classes/{elite}", status=400).json
        finally:
            event.remove(connection, "before_cursor_execute", join)
        assert answer["code"] == "class_in_use"


class TestMembers:
    def test_listed(self, member: Client, make_class: Any, factory: Factory) -> None:
        elite = make_class("Elite")
        users = [factory.user(user_class_id=elite) for _ in range(3)]
        answer = member.get(f"/user_classes/{elite}/members?limit=2", status=200)
        page = answer.json["response"]
        assert [item["id"] for item in page["items"]] == [user.id for user in users[:2]]
        assert (page["total"], page["pages"]) == (3, 2)
        assert 'rel="next"' in answer.headers["Link"]
        assert "email" not in page["items"][0]

    def test_of_a_missing_class(self, member: Client) -> None:
        member.get("/user_classes/99/members", status=404)

    def test_needs_sight_of_members(self, client: Client, factory: Factory) -> None:
        caller = client.as_key(factory.key(factory.user(denials=["users_view"])))
        caller.get(f"{LOWEST}/members", status=403)

    def test_staff_class(self, staff: Client) -> None:
        items = staff.get(f"/user_classes/{STAFF_CLASS}/members").json["response"]["items"]
        assert [item["username"] for item in items] == ["staff"]


class TestSql:
    def test_the_list_costs_the_same_however_long(
        self, staff: Client, make_class: Callable[..., int], make_secondary: Any, count_sql: Any
    ) -> None:
        def cost() -> int:
            staff.get("/user_classes")
            with count_sql() as statements:
                staff.get("/user_classes", status=200)
            return len(statements)

        make_class("First", "users_view")
        make_secondary("First", "users_view")
        before = cost()
        for number in range(10):
            make_class(f"Class {number}", "users_view", "users_warn", rank=number + 1)
            make_secondary(f"Class {number}", "users_view", "users_warn")
        assert cost() == before


class TestDefault:
    """The class that new members join."""

    @pytest.fixture
    def register(self, client: Client) -> Callable[[str], str]:
        """``register("ann")``: register a member, and return their class."""

        def send(username: str) -> str:
            address = f"{username}@example.org"
            body = {"username": username, "email": address, "password": "Violet tractor 42!"}
            answer = client.post("/users", body, status=201)
            user_class: str = answer.json["response"]["user_class"]
            return user_class

        return send

    def test_is_the_lowest_at_first(self, staff: Client, register: Callable[[str], str]) -> None:
        assert register("ann") == "User"
        classes = staff.get("/user_classes").json["response"]["user_classes"]
        assert {user_class["name"]: user_class["is_default"] for user_class in classes} == {
            "User": True,
            "Staff": False,
        }

    def test_is_moved(
        self, staff: Client, make_class: Any, register: Callable[[str], str], logged: Any
    ) -> None:
        class_id = make_class("Newcomer", rank=1)
        path = f"/user_classes/{class_id}"
        answer = staff.put(path, {"is_default": True}, status=200).json["response"]
        assert answer["is_default"] is True
        assert staff.get(LOWEST).json["response"]["is_default"] is False
        assert register("ann") == "Newcomer"
        assert logged()[-1][2:] == ({"is_default": False}, {"is_default": True})
        assert staff.delete(path, status=400).json["code"] == "class_in_use"
        staff.put(path, {"is_default": True}, status=200)
        staff.put(LOWEST, {"is_default": True}, status=200)
        assert register("bob") == "User"

    def test_is_not_taken_away(self, staff: Client) -> None:
        answer = staff.put(LOWEST, {"is_default": False}, status=400).json
        assert answer["errors"] == {"is_default": ["make another class the default instead"]}
        assert staff.get(LOWEST).json["response"]["is_default"] is True

    def test_is_no_way_up(self, client: Client, factory: Factory, make_class: Any) -> None:
        """Callers cannot give new members permissions that they lack themselves."""
        class_id = make_class("Helper", "users_warn", rank=1)
        grants = ("userclasses_modify",)
        caller = client.as_key(factory.key(factory.user(grants=grants)))
        caller.put(f"/user_classes/{class_id}", {"is_default": True}, status=403)
