"""Moderators who cooperate never get permissions that none of them had."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pulsar.classes.models import (
    LOWEST_CLASS,
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClassPermission,
)
from pulsar.moderation.promotion import promote_and_demote
from pulsar.security.permissions import GOD_MODE
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, STAFF_CLASS, Factory
from pulsar.users.models import User, UserPermission

MODERATING = (
    "users_view",
    "users_edit_settings",
    "users_change_password",
    "users_moderate",
    "users_disable",
    "users_change_class",
)
NUMBERS = count(1)
PICKS = st.integers(0, 11)
NAMES = st.sampled_from(
    [GOD_MODE, "users_warn", "users_notes", "jobs_view", "invites_send", "users_moderate_advanced"]
)


class Moderators(RuleBasedStateMachine):
    """Two moderators and a member cooperate, among members with god mode and others."""

    client: Client
    factory: Factory
    db: Session

    @initialize()
    def start(self) -> None:
        number = next(NUMBERS)
        self.number = number
        make = self.factory.user_class
        high = make(f"High {number}", *MODERATING, "userclasses_modify", "users_warn", rank=500)
        advanced = (*MODERATING, "users_moderate_advanced", "users_notes")
        middle = make(f"Middle {number}", *advanced, rank=400)
        low_gods = make(f"Low gods {number}", GOD_MODE, rank=10)
        elite = make(f"Elite {number}", "jobs_view", rank=50)
        warners = make(f"Warners {number}", "users_warn", rank=60)
        self.classes = [low_gods.id, elite.id, warners.id, middle.id, high.id, LOWEST_CLASS]
        gods = self.secondary(f"Gods {number}", GOD_MODE)
        noters = self.secondary(f"Noters {number}", "users_notes")
        self.secondaries = [gods, noters, self.secondary(f"Nothing {number}")]
        user = self.factory.user
        self.users = [
            user(user_class_id=high.id).id,
            user(user_class_id=middle.id).id,
            user().id,
            user().id,
            user(user_class_id=elite.id).id,
            user(user_class_id=low_gods.id).id,
            user(grants=[GOD_MODE]).id,
            user(grants=[GOD_MODE], locked=True).id,
            user(enabled=False).id,
            user(user_class_id=STAFF_CLASS).id,
            user(user_class_id=warners.id, grants=["jobs_view"]).id,
            user(grants=[GOD_MODE], denials=["users_view"]).id,
        ]
        self.join(gods, self.users[8])
        self.join(noters, self.users[3])
        self.entered = self.users[:3]
        self.keys: dict[int, Client] = {}
        self.allowed = self.held() | self.carried(UserClassPermission, LOWEST_CLASS)

    def secondary(self, name: str, *names: str) -> int:
        rows = [SecondaryClassPermission(permission=permission) for permission in names]
        secondary_class = SecondaryClass(name=name, permissions=rows)
        self.db.add(secondary_class)
        self.db.commit()
        return secondary_class.id

    def join(self, class_id: int, user_id: int) -> None:
        self.db.add(SecondaryClassMember(secondary_class_id=class_id, user_id=user_id))
        self.db.commit()

    def carried(self, kind: Any, class_id: int) -> set[str]:
        column = kind.user_class_id if kind is UserClassPermission else kind.secondary_class_id
        return set(self.db.scalars(select(kind.permission).where(column == class_id)))

    def held(self) -> set[str]:
        """Return the permissions of the accounts that they control, if enabled and unlocked."""
        self.db.expire_all()
        names: set[str] = set()
        for user_id in self.entered:
            user = self.db.get_one(User, user_id)
            own = self.carried(UserClassPermission, user.user_class_id)
            joined = select(SecondaryClassMember.secondary_class_id).where(
                SecondaryClassMember.user_id == user_id
            )
            for class_id in self.db.scalars(joined):
                own |= self.carried(SecondaryClassPermission, class_id)
            rows = self.db.scalars(select(UserPermission).where(UserPermission.user_id == user_id))
            for row in rows.all():
                (own.add if row.granted else own.discard)(row.permission)
            names |= own
        return names

    def actor(self, pick: int) -> Client:
        """Return a client of an account that they control."""
        user_id = self.entered[pick % len(self.entered)]
        # A new password revokes the keys.
        key = self.factory.key(self.db.get_one(User, user_id))
        return self.client.as_key(key)

    @rule(actor=PICKS, whom=PICKS, word=st.sampled_from(["password", "email"]))
    def enter(self, actor: int, whom: int, word: str) -> None:
        user_id = self.users[whom]
        value = {"password": "another horse 1!", "email": "mine@example.org"}[word]
        answer = self.actor(actor).put(f"/users/{user_id}", {word: value})
        self.note(user_id, answer.status_int)

    @rule(actor=PICKS, whom=PICKS)
    def settings_of(self, actor: int, whom: int) -> None:
        user_id = self.users[whom]
        body = {"existing_password": PASSWORD, "new_password": "another horse 1!"}
        answer = self.actor(actor).put(f"/users/settings?user_id={user_id}", body)
        self.note(user_id, answer.status_int)

    @rule(actor=PICKS, whom=PICKS, number=PICKS)
    def put_class(self, actor: int, whom: int, number: int) -> None:
        class_id = self.classes[number % len(self.classes)]
        body = {"user_class_id": class_id, "reason": "?"}
        self.actor(actor).put(f"/users/{self.users[whom]}/class", body)

    @rule(actor=PICKS, whom=PICKS, name=NAMES, is_granted=st.booleans())
    def grant(self, actor: int, whom: int, name: str, is_granted: bool) -> None:
        body = {"permissions": {name: is_granted}}
        self.actor(actor).put(f"/users/{self.users[whom]}", body)

    @rule(actor=PICKS, whom=PICKS, number=PICKS, joins=st.booleans())
    def secondary_class(self, actor: int, whom: int, number: int, joins: bool) -> None:
        path = f"/secondary_classes/{self.secondaries[number % len(self.secondaries)]}/members"
        user_id = self.users[whom]
        if joins:
            self.actor(actor).post(path, {"user_id": user_id})
        else:
            self.actor(actor).delete(f"{path}/{user_id}")

    @rule(actor=PICKS, number=PICKS, name=NAMES, is_granted=st.booleans(), primary=st.booleans())
    def edit_class(
        self, actor: int, number: int, name: str, is_granted: bool, primary: bool
    ) -> None:
        ids, kind = (self.classes, "user") if primary else (self.secondaries, "secondary")
        path = f"/{kind}_classes/{ids[number % len(ids)]}"
        self.actor(actor).put(path, {"permissions": {name: is_granted}})

    @rule(actor=PICKS, number=PICKS, other=PICKS, rises=st.booleans())
    def move(self, actor: int, number: int, other: int, rises: bool) -> None:
        count = len(self.classes)
        class_id, other_id = self.classes[number % count], self.classes[other % count]
        rule = {"from": other_id, "require": {"uploaded": 0}}
        if not rises:
            rule = {"to": other_id, "below": {"uploaded": 2**50}}
        body = {"promotion" if rises else "demotion": rule}
        answer = self.actor(actor).put(f"/user_classes/{class_id}", body)
        if answer.status_int == 200:
            promote_and_demote(self.client.app.registry)

    @rule(actor=PICKS, whom=PICKS, field=st.sampled_from(["enabled", "locked"]))
    def status(self, actor: int, whom: int, field: str) -> None:
        body = {field: field == "enabled", "reason": "?"}
        self.actor(actor).put(f"/users/{self.users[whom]}/status", body)

    def note(self, user_id: int, status: int) -> None:
        if status == 200 and user_id not in self.entered:
            self.entered.append(user_id)

    @invariant()
    def they_hold_no_more(self) -> None:
        assert self.held() <= self.allowed


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
def test_nobody_becomes_more_than_they_are(client: Client, factory: Factory, db: Session) -> None:
    parts = {"client": client, "factory": factory, "db": db}
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        type("Machine", (Moderators,), parts),
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks
        ),
    )


class TestProofs:
    """Callers cannot test the password of a member who is above them."""

    @pytest.mark.parametrize("password", [PASSWORD, "wrong horse 1!"])
    def test_a_guess_is_not_answered(self, client: Client, factory: Factory, password: str) -> None:
        moderators = factory.user_class("Moderators", *MODERATING, rank=500)
        key = factory.key(factory.user(user_class_id=moderators.id))
        god = factory.user(grants=[GOD_MODE])
        path = f"/users/settings?user_id={god.id}"
        body = {"existing_password": password, "email": "mine@example.org"}
        answer = client.as_key(key).put(path, body, status=403).json
        assert answer["code"] == "outranked"


class TestKeys:
    """A restricted key gives no access to accounts with permissions outside of its scope."""

    def test_entering_and_not(self, client: Client, factory: Factory) -> None:
        names = (*MODERATING, "users_warn", "jobs_view")
        moderators = factory.user_class("Moderators", *names, rank=500)
        scope = ("users_view", "users_moderate", "users_warn")
        key = factory.key(factory.user(user_class_id=moderators.id), *scope)
        user = factory.user(grants=["jobs_view"])
        caller = client.as_key(key)
        caller.post(f"/users/{user.id}/warnings", {"reason": "?"}, status=201)
        body = {"password": "another horse 1!"}
        assert caller.put(f"/users/{user.id}", body, status=403).json["code"] == "outranked"
        caller.put(f"/users/{user.id}", {"uploaded": 1}, status=200)
        caller.put(f"/users/{factory.user().id}", body, status=200)


class TestAtOnce:
    """The permissions of an account are checked when it is changed, not at the beginning."""

    @pytest.mark.parametrize("body", [{"uploaded": 1}, {"password": "another horse 1!"}])
    def test_a_class_is_given_more_meanwhile(
        self, client: Client, factory: Factory, connection: Any, body: dict[str, Any]
    ) -> None:
        moderators = factory.user_class("Moderators", *MODERATING, rank=500)
        caller = client.as_key(factory.key(factory.user(user_class_id=moderators.id)))
        target = factory.user_class("Trusted", rank=10)
        path = f"/users/{factory.user(user_class_id=target.id).id}"
        caller.put(path, {"uploaded": 5}, status=200)
        rows = UserClassPermission.__table__.insert()
        added: list[int] = []

        def promote(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
            """Give the class god mode as soon as the request has read the member."""
            if "FROM users" in statement and not added:
                added.append(target.id)
                conn.execute(rows, {"user_class_id": target.id, "permission": GOD_MODE})

        event.listen(connection, "after_cursor_execute", promote)
        try:
            assert caller.put(path, body, status=403).json["code"] == "outranked"
        finally:
            event.remove(connection, "after_cursor_execute", promote)
        assert added
