"""The members among several who have a permission."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.classes.effective import effective_permissions, holders
from pulsar.classes.models import (
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
)
from pulsar.testing.factories import Factory
from pulsar.users.models import User

PERMISSION = "users_moderate"


@pytest.fixture
def people(db: Session, factory: Factory) -> dict[str, int]:
    """Members by the way in which they have the permission, or lack it."""
    helper = SecondaryClass(
        name="Helper", permissions=[SecondaryClassPermission(permission=PERMISSION)]
    )
    db.add(helper)
    db.flush()
    moderators = factory.user_class("Moderator", PERMISSION).id
    members = {
        "plain": factory.user(),
        "granted": factory.user(grants=(PERMISSION,)),
        "of the class": factory.user(user_class_id=moderators),
        "denied": factory.user(user_class_id=moderators, denials=(PERMISSION,)),
        "god": factory.staff(),
        "god denied": factory.staff(denials=(PERMISSION,)),
        "fallen god": factory.staff(denials=("site_god_mode", PERMISSION)),
        "helper": factory.user(),
        "helper denied": factory.user(denials=(PERMISSION,)),
        "locked": factory.user(locked=True, grants=(PERMISSION,)),
        "locked god": factory.staff(locked=True),
    }
    for name in ("helper", "helper denied"):
        row = SecondaryClassMember(secondary_class_id=helper.id, user_id=members[name].id)
        db.add(row)
    db.commit()
    return {name: user.id for name, user in members.items()}


class TestHolders:
    def ask(self, db: Session, people: dict[str, int], *locked: str) -> set[str]:
        holder_ids = holders(db, list(people.values()), PERMISSION, locked)
        return {name for name, user_id in people.items() if user_id in holder_ids}

    def test_who(self, db: Session, people: dict[str, int]) -> None:
        expected = {"granted", "of the class", "god", "god denied", "helper"}
        assert self.ask(db, people) == expected
        assert self.ask(db, people, "users_view") == expected

    def test_what_locked_members_keep(self, db: Session, people: dict[str, int]) -> None:
        assert {"locked", "locked god"} < self.ask(db, people, PERMISSION)

    def test_like_the_members_own(
        self, db: Session, people: dict[str, int], factory: Factory
    ) -> None:
        for name, user_id in people.items():
            held = effective_permissions(db, db.get_one(User, user_id), ())
            god = "site_god_mode" in held
            assert (name in self.ask(db, people)) == (god or PERMISSION in held), name

    def test_only_those_asked_for(self, db: Session, people: dict[str, int]) -> None:
        assert holders(db, [people["god"], 2**40], PERMISSION, ()) == {people["god"]}
        assert holders(db, [], PERMISSION, ()) == set()

    def test_one_statement(self, db: Session, people: dict[str, int], count_sql: Any) -> None:
        with count_sql() as statements:
            holders(db, list(people.values()), PERMISSION, ())
        assert len(statements) == 1
