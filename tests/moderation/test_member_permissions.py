"""``permissions`` of ``PUT /users/{id}``: grants and denials in addition to the classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass, UserClassPermission
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User, UserPermission

#: A permission of class 1, and one that class 1 lacks.
OF_CLASS, OTHER = "userclasses_list", "users_notes"


def with_basic_permission(config: Configurator) -> None:
    """Include permissions, one of which is basic."""
    config.add_permission("things_make", "Make things.", basic=True)
    config.add_permission("things_break", "Break things.")


def with_patterns(config: Configurator) -> None:
    """Include permissions for single things, and for secrets that are basic."""
    config.add_permission_pattern("thingaccess_", "See a thing.", basic=True)
    config.add_permission_pattern("secretaccess_", "See a secret.")


BOOLEAN = 'boolean must be "1", "true", "0", or "false" (case insensitive)'


@pytest.fixture
def change(staff: Client, path: str) -> Callable[..., Any]:
    """``change(users_notes=True)``: change permissions; return the new ones, or the errors."""

    def put(**permissions: bool) -> Any:
        answer = staff.put(path, {"permissions": permissions})
        if answer.status_int != 200:
            assert answer.status_int == 400
            return answer.json["errors"]
        return staff.get(f"{path}/permissions", status=200).json["response"]

    return put


@pytest.fixture
def rows(db: Session, user: User) -> Callable[[], dict[str, bool]]:
    """``rows()``: the stored grants and denials of the member."""

    def read() -> dict[str, bool]:
        db.expire_all()
        stored = db.scalars(select(UserPermission).where(UserPermission.user_id == user.id))
        return {row.permission: row.granted for row in stored}

    return read


class TestGrant:
    def test_it_is_felt_at_once(
        self, change: Any, caller: Client, path: str, user: User, logged: Any
    ) -> None:
        caller.get(f"{path}/notes", status=403)
        answer = change(users_notes=True)
        assert answer["granted"] == [OTHER]
        assert OTHER in answer["effective"]
        assert OTHER not in answer["classes"]
        caller.get(f"{path}/notes", status=200)
        after = {"permissions": [OTHER]}
        expected = ("user_permissions", ("users", user.id), {"permissions": []}, after)
        assert logged() == [expected]

    def test_taken_back(self, change: Any, caller: Client, path: str, rows: Any) -> None:
        change(users_notes=True)
        caller.get(f"{path}/notes", status=200)
        assert change(users_notes=False)["granted"] == []
        caller.get(f"{path}/notes", status=403)
        assert rows() == {}

    @pytest.mark.parametrize("name", [OF_CLASS, OTHER])
    def test_held_already(self, change: Any, name: str) -> None:
        change(users_notes=True)
        sentence = f"The following permissions could not be added: {name}."
        assert change(**{name: True}) == {"permissions": [sentence]}


class TestDenial:
    def test_it_is_felt_at_once(self, change: Any, caller: Client, rows: Any) -> None:
        caller.get("/user_classes", status=200)
        answer = change(userclasses_list=False)
        assert answer["denied"] == [OF_CLASS]
        assert OF_CLASS in answer["classes"]
        assert OF_CLASS not in answer["effective"]
        caller.get("/user_classes", status=403)
        assert rows() == {OF_CLASS: False}

    def test_taken_back(self, change: Any, caller: Client, rows: Any) -> None:
        change(userclasses_list=False)
        caller.get("/user_classes", status=403)
        assert change(userclasses_list=True)["denied"] == []
        caller.get("/user_classes", status=200)
        assert rows() == {}

    def test_replaced_by_a_grant_where_the_class_no_longer_has_it(
        self, change: Any, staff: Client, caller: Client, rows: Any
    ) -> None:
        change(userclasses_list=False)
        body = {"permissions": {OF_CLASS: False}}
        staff.put("/user_classes/1", body, status=200)
        change(userclasses_list=True)
        caller.get("/user_classes", status=200)
        assert rows() == {OF_CLASS: True}

    def test_of_a_grant_that_the_class_has_too(
        self, change: Any, staff: Client, caller: Client, path: str, rows: Any
    ) -> None:
        change(users_notes=True)
        staff.put("/user_classes/1", {"permissions": {OTHER: True}}, status=200)
        change(users_notes=False)
        caller.get(f"{path}/notes", status=403)
        assert rows() == {OTHER: False}

    def test_twice(self, change: Any) -> None:
        change(userclasses_list=False)
        sentence = f"The following permissions could not be deleted: {OF_CLASS}."
        assert change(userclasses_list=False) == {"permissions": [sentence]}

    def test_not_held(self, change: Any) -> None:
        sentence = f"The following permissions could not be deleted: {OTHER}."
        assert change(users_notes=False) == {"permissions": [sentence]}

    def test_of_a_secondary_class(
        self, change: Any, staff: Client, caller: Client, user: User, path: str
    ) -> None:
        body = {"name": "Helper", "permissions": [OTHER]}
        class_id = staff.post("/secondary_classes", body, status=201).json["response"]["id"]
        staff.post(f"/secondary_classes/{class_id}/members", {"user_id": user.id}, status=201)
        caller.get(f"{path}/notes", status=200)
        assert change(users_notes=False)["denied"] == [OTHER]
        caller.get(f"{path}/notes", status=403)


class TestPatterns:
    """Permissions for single things, which no class has."""

    @pytest.fixture
    def site(self, lab: Any) -> Client:
        """A site with permissions for things and secrets."""
        site: Client = lab(with_patterns)
        return site

    def test_granted_and_taken_back(
        self, site: Client, factory: Factory, path: str, rows: Any
    ) -> None:
        staff = site.as_key(factory.key(factory.staff()))
        for is_granted, stored in ((True, {"thingaccess_7": True}), (False, {})):
            staff.put(path, {"permissions": {"thingaccess_7": is_granted}}, status=200)
            # A grant that is removed does not become a denial.
            assert rows() == stored

    def test_denied_though_nothing_gives_it(
        self, site: Client, factory: Factory, path: str, rows: Any
    ) -> None:
        staff = site.as_key(factory.key(factory.staff()))
        denied = {"permissions": {"thingaccess_7": False}}
        staff.put(path, denied, status=200)
        assert rows() == {"thingaccess_7": False}
        staff.put(path, denied, status=400)
        staff.put(path, {"permissions": {"thingaccess_7": True}}, status=200)
        assert rows() == {"thingaccess_7": True}

    def test_basic_ones_for_plain_moderators(
        self, site: Client, factory: Factory, moderators: UserClass, path: str, rows: Any
    ) -> None:
        user = factory.user(user_class_id=moderators.id, grants=["thingaccess_7"])
        moderator = site.as_key(factory.key(user))
        moderator.put(path, {"permissions": {"thingaccess_7": True}}, status=200)
        answer = moderator.put(path, {"permissions": {"secretaccess_7": True}}, status=400)
        said = "secretaccess_7 is not a valid permission"
        assert answer.json["errors"] == {"permissions": [said]}
        # Callers cannot grant permissions that they lack.
        moderator.put(path, {"permissions": {"thingaccess_8": True}}, status=400)
        assert rows() == {"thingaccess_7": True}


class TestErrors:
    def test_both_sentences_and_nothing_applied(
        self, change: Any, rows: Any, staff: Client, path: str, logged: Any
    ) -> None:
        answer = change(
            userclasses_list=True,
            users_view=True,
            users_notes=False,
            users_warn=False,
            users_disable=True,
        )
        assert answer == {
            "permissions": [
                "The following permissions could not be added: userclasses_list, users_view. "
                "The following permissions could not be deleted: users_notes, users_warn."
            ]
        }
        assert rows() == {}
        body = {"uploaded": 5, "permissions": {"nonsense": True}}
        staff.put(path, body, status=400)
        assert staff.get(path).json["response"]["uploaded"] == 0
        assert logged() == []

    def test_unknown(self, change: Any) -> None:
        assert change(nonsense=True, users_fly=True, users_notes=True) == {
            "permissions": [
                "nonsense is not a valid permission",
                "users_fly is not a valid permission",
            ]
        }

    def test_of_a_plugin_that_is_gone(
        self, change: Any, staff: Client, factory: Factory, db: Session, user: User
    ) -> None:
        db.add(UserPermission(user_id=user.id, permission="gone_view", granted=True))
        db.commit()
        assert change(gone_view=False)["granted"] == []
        sentence = "The following permissions could not be deleted: gone_view."
        assert change(gone_view=False) == {"permissions": [sentence]}

    def test_of_a_plugin_that_is_gone_given_by_the_class(
        self, change: Any, db: Session, user: User, rows: Any
    ) -> None:
        db.add(UserClassPermission(user_class_id=user.user_class_id, permission="gone_view"))
        db.commit()
        sentence = "gone_view is not a valid permission."
        assert change(gone_view=False) == {"permissions": [sentence]}
        assert rows() == {}

    def test_the_sentence_stands_alone(self, staff: Client, path: str) -> None:
        answer = staff.put(path, {"permissions": {"nonsense": False}}, status=400).json
        assert answer["response"] == "The following permissions could not be deleted: nonsense."
        answer = staff.put(path, {"permissions": {"nonsense": True}}, status=400).json
        sentence = "nonsense is not a valid permission"
        assert answer["response"] == f'Invalid data: {sentence} (key "permissions")'

    @pytest.mark.parametrize("word", ["true", "TRUE", "1"])
    def test_booleans_as_words(self, staff: Client, path: str, rows: Any, word: str) -> None:
        staff.put(path, {"permissions": {OTHER: word}}, status=200)
        assert rows() == {OTHER: True}

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("permissions", "errors"),
        [
            ([], {"permissions": ["expected a dictionary"]}),
            ("x", {"permissions": ["expected a dictionary"]}),
            ({"users_notes": 1}, {"permissions.users_notes": [BOOLEAN]}),
            ({"users_notes": None}, {"permissions.users_notes": [BOOLEAN]}),
        ],
    )
    def test_malformed(self, staff: Client, path: str, permissions: Any, errors: Any) -> None:
        answer = staff.put(path, {"permissions": permissions}, status=400).json
        assert answer["errors"] == errors


class TestModerators:
    """Moderators may change basic permissions only; with the advanced permission, all they have."""

    @pytest.fixture
    def site(self, lab: Any) -> Client:
        """A site with a basic permission and another one."""
        site: Client = lab(with_basic_permission)
        return site

    @pytest.fixture
    def plain(self, site: Client, factory: Factory, moderators: UserClass) -> Client:
        """A moderator with both permissions."""
        grants = ["things_make", "things_break"]
        user = factory.user("plain", user_class_id=moderators.id, grants=grants)
        return site.as_key(factory.key(user))

    @pytest.fixture
    def advanced(self, site: Client, factory: Factory, moderators: UserClass) -> Client:
        """A moderator with the advanced permission, who has the other one."""
        grants = ["things_break", "users_moderate_advanced"]
        user = factory.user("advanced", user_class_id=moderators.id, grants=grants)
        return site.as_key(factory.key(user))

    def test_plain_and_basic(self, plain: Client, path: str, rows: Any) -> None:
        plain.put(path, {"permissions": {"things_make": True}}, status=200)
        assert rows() == {"things_make": True}
        plain.put(path, {"permissions": {"things_make": False}}, status=200)
        assert rows() == {}

    @pytest.mark.parametrize("is_granted", [True, False])
    def test_plain_and_other(self, plain: Client, path: str, is_granted: bool) -> None:
        for name in ("things_break", "users_view", "nonsense"):
            answer = plain.put(path, {"permissions": {name: is_granted}}, status=400).json
            sentence = f"{name} is not a valid permission"
            assert answer["errors"] == {"permissions": [sentence]}

    def test_advanced(self, advanced: Client, path: str, rows: Any) -> None:
        permissions = {"things_break": True, "users_view": False}
        advanced.put(path, {"permissions": permissions}, status=200)
        assert rows() == permissions

    def test_nobody_grants_what_they_do_not_hold(self, advanced: Client, path: str) -> None:
        permissions = {"things_make": True, "site_god_mode": True, "things_break": True}
        answer = advanced.put(path, {"permissions": permissions}, status=400).json
        sentence = "you do not hold the following permissions: site_god_mode, things_make"
        assert answer["errors"] == {"permissions": [sentence]}

    def test_who_holds_more_than_they_do_is_above_them(
        self, advanced: Client, path: str, user: User, db: Session, rows: Any
    ) -> None:
        db.add(UserPermission(user_id=user.id, permission="things_make", granted=True))
        db.commit()
        answer = advanced.put(path, {"permissions": {"things_make": False}}, status=403).json
        assert answer["code"] == "outranked"
        assert rows() == {"things_make": True}

    def test_with_a_narrow_key(
        self, site: Client, factory: Factory, moderators: UserClass, path: str
    ) -> None:
        user = factory.user(
            user_class_id=moderators.id, grants=["things_break", "users_moderate_advanced"]
        )
        for scope in (["users_moderate_advanced"], ["things_break"]):
            key = factory.key(user, "users_moderate", "users_view", *scope)
            body = {"permissions": {"things_break": True}}
            site.as_key(key).put(path, body, status=400)


class TestGodMode:
    def test_granted(self, change: Any, caller: Client) -> None:
        change(site_god_mode=True)
        caller.get("/site_log", status=200)

    def test_denied_to_staff(self, staff: Client, client: Client, factory: Factory) -> None:
        other = factory.staff()
        god = client.as_key(factory.key(other))
        god.get("/site_log", status=200)
        body = {"permissions": {"site_god_mode": False}}
        staff.put(f"/users/{other.id}", body, status=200)
        god.get("/site_log", status=403)


class TestShown:
    def test_to_moderators_only(self, moderator: Client, caller: Client, path: str) -> None:
        caller.get(f"{path}/permissions", status=403)
        caller.get("/users/me/permissions", status=403)
        permissions = moderator.get(f"{path}/permissions", status=200).json["response"]
        assert (permissions["granted"], permissions["denied"]) == ([], [])
        assert permissions["effective"] == permissions["classes"]

    def test_of_a_locked_member(self, moderator: Client, factory: Factory) -> None:
        user = factory.user(locked=True, grants=[OTHER])
        permissions = moderator.get(f"/users/{user.id}/permissions").json["response"]
        assert OTHER not in permissions["effective"]
        assert permissions["granted"] == [OTHER]
