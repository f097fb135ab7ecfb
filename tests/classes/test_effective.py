"""The permissions of many members, restricted to a few names."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.classes.effective import Authority, authorities, authority
from pulsar.classes.models import (
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClass,
)
from pulsar.testing.factories import Factory
from pulsar.users.models import User

NAMES = ("things_view", "thingaccess_1")


@pytest.fixture
def viewers(factory: Factory) -> UserClass:
    """A class with one of the permissions, and another one."""
    return factory.user_class("Viewers", "things_view", "things_make")


@pytest.fixture
def ask(db: Session) -> Any:
    """``ask(user, ...)``: the authority of each of the members."""

    def find(*users: User, locked: tuple[str, ...] = (), **kwargs: Any) -> list[Authority]:
        by_user = authorities(db, [user.id for user in users], NAMES, locked, **kwargs)
        return [by_user[user.id] for user in users]

    return find


def held(*granted: str, denied: tuple[str, ...] = ()) -> Authority:
    """Return an authority."""
    return Authority(frozenset(granted), frozenset(denied))


class TestAuthorities:
    def test_class_grants_and_denials(self, factory: Factory, viewers: UserClass, ask: Any) -> None:
        plain = factory.user(user_class_id=viewers.id)
        user = factory.user(user_class_id=viewers.id, grants=["thingaccess_1", "other_1"])
        denied = factory.user(user_class_id=viewers.id, denials=["things_view"])
        assert ask(plain, user, denied) == [
            held("things_view"),
            held("things_view", "thingaccess_1"),
            held(denied=("things_view",)),
        ]

    def test_secondary_class(self, factory: Factory, db: Session, ask: Any) -> None:
        user = factory.user()
        helpers = SecondaryClass(name="Helpers")
        db.add(helpers)
        db.flush()
        db.add(SecondaryClassPermission(secondary_class_id=helpers.id, permission="things_view"))
        db.add(SecondaryClassMember(secondary_class_id=helpers.id, user_id=user.id))
        db.commit()
        assert ask(user) == [held("things_view")]

    def test_nothing_to_say(self, factory: Factory, ask: Any) -> None:
        assert ask(factory.user()) == [held()]
        assert ask() == []

    def test_denial_of_what_was_never_given(self, factory: Factory, ask: Any) -> None:
        user = factory.user(denials=["thingaccess_1"])
        assert ask(user) == [held(denied=("thingaccess_1",))]

    def test_locked(self, factory: Factory, viewers: UserClass, ask: Any) -> None:
        user = factory.user(
            user_class_id=viewers.id, grants=["thingaccess_1"], denials=["x"], locked=True
        )
        assert ask(user) == [held()]
        assert ask(user, locked=("things_view", "other")) == [held("things_view")]

    def test_prefixes(self, factory: Factory, ask: Any) -> None:
        user = factory.user(grants=["place_1", "place_2", "placeX1"], denials=["place_3"])
        assert ask(user, prefixes=("place_",)) == [held("place_1", "place_2", denied=("place_3",))]

    def test_one_statement(
        self, factory: Factory, viewers: UserClass, ask: Any, count_sql: Any
    ) -> None:
        users = [factory.user(user_class_id=viewers.id) for _ in range(10)]
        for user in users:
            # With real commits, the row is loaded again here.
            assert user.id
        with count_sql() as statements:
            ask(*users)
        assert len(statements) == 1

    def test_as_of_one_member(
        self, factory: Factory, viewers: UserClass, ask: Any, db: Session
    ) -> None:
        user = factory.user(
            user_class_id=viewers.id, grants=["thingaccess_1"], denials=["things_view"]
        )
        (many,) = ask(user)
        user_authority = authority(db, user, ())
        assert many == Authority(
            user_authority.granted & set(NAMES), user_authority.denied & set(NAMES)
        )
