"""Creating notifications: recipients, and their access to the subject."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError
from pyramid.request import Request
from sqlalchemy.orm import Session

from pulsar.interfaces import INotifications, IRoot
from pulsar.notifications.models import NotificationChoice
from pulsar.security import AUTHENTICATED
from pulsar.serialization import STRING, Raw, array_of
from pulsar.testing import ABSENT
from pulsar.testing.factories import Factory
from pulsar.traversal import Resource
from pulsar.users.models import User


class Shouts(Resource):
    """A resource whose view notifies all members."""


def shout(context: Shouts, request: Request) -> list[str]:
    """Notify all members, including the caller."""
    everybody = [user.id for user in request.db.query(User)]
    notifications = request.find_service(INotifications).notify(request, "shout", everybody, {})
    return sorted(
        request.db.get_one(User, notification.user_id).username for notification in notifications
    )


def with_shouts(config: Configurator) -> None:
    """Include the resource and its view."""
    config.add_resource("shouts", Shouts, parent=IRoot)
    config.add_notification_type("shout", "Somebody shouts.")
    config.add_view(
        shout,
        context=Shouts,
        request_method="POST",
        permission=AUTHENTICATED,
        response=Raw(array_of(STRING)),
    )


@pytest.fixture
def users(factory: Factory) -> list[User]:
    return [factory.user(name) for name in ("ann", "bob", "cid")]


class TestRecipients:
    def test_each_once(self, declare: Any, notify: Any, users: Any, stored: Any) -> None:
        declare("post")
        ann, bob, cid = users
        notifications = notify(
            "post", bob, ann, bob, subject_type="posts", subject_id=7, contents={"a": 1}
        )
        assert sorted(notifications) == sorted([ann.id, bob.id])
        (notification,) = stored(bob)
        assert (notification.type, notification.subject_type, notification.subject_id) == (
            "post",
            "posts",
            7,
        )
        assert (notification.contents, notification.read, notification.mailed) == (
            {"a": 1},
            None,
            None,
        )
        assert stored(cid) == []

    def test_the_caller_is_left_out(self, lab: Any, users: Any, factory: Factory) -> None:
        site = lab(with_shouts)
        caller = site.as_key(factory.key(users[0]))
        assert caller.post("/shouts", status=200).json["response"] == ["bob", "cid"]

    def test_disabled_members(
        self, declare: Any, notify: Any, users: Any, factory: Factory
    ) -> None:
        declare("post")
        gone, locked = factory.user(enabled=False), factory.user(locked=True)
        assert sorted(notify("post", users[0], gone, locked)) == [users[0].id, locked.id]

    def test_unknown_members(self, declare: Any, notify: Any) -> None:
        declare("post")
        assert notify("post", User(id=ABSENT)) == []

    def test_nobody(self, declare: Any, notify: Any) -> None:
        declare("post", visible=lambda request, user_ids, subject_ids: set())
        assert notify("post", subject_id=7) == []

    def test_an_unknown_type_is_a_mistake(self, notify: Any, users: Any) -> None:
        with pytest.raises(LookupError):
            notify("nonsense", users[0])


class TestVisibility:
    def test_who_may_not_know_is_not_told(self, declare: Any, notify: Any, users: Any) -> None:
        ann, bob, cid = users

        def visible(request: Any, user_ids: Any, subject_ids: Any) -> set[tuple[int, int]]:
            assert sorted(user_ids) == [user.id for user in users]
            assert list(subject_ids) == [7]
            return {(ann.id, 7), (cid.id, 7), (bob.id, 8)}

        declare("post", visible)
        assert sorted(notify("post", *users, subject_id=7)) == [ann.id, cid.id]

    def test_without_a_subject_nothing_is_asked(
        self, declare: Any, notify: Any, users: Any
    ) -> None:
        declare("post", lambda *args: pytest.fail("asked"))
        assert len(notify("post", *users)) == 3


class TestChannels:
    @pytest.fixture(autouse=True)
    def type(self, declare: Any) -> None:
        """A type for which members choose channels."""
        declare("post")

    @pytest.fixture
    def choose(self, db: Session) -> Any:
        """``choose(user, push=True)``: store a member's choices for the type."""

        def store(user: User, **channels: bool) -> None:
            for name, is_wanted in channels.items():
                chosen = {"type": "post", "channel": name, "wanted": is_wanted}
                db.merge(NotificationChoice(user_id=user.id, **chosen))
            db.commit()

        return store

    @pytest.mark.parametrize(("default", "expected"), [(False, [1]), (True, [0, 1])])
    def test_chosen_or_by_default(
        self, notify: Any, channel: Any, choose: Any, users: Any, default: bool, expected: Any
    ) -> None:
        told = channel("push", default)
        _, bob, cid = users
        choose(bob, push=True)
        choose(cid, push=False)
        notify("post", *users)
        assert told == [[users[place].id for place in expected]]

    def test_other_types_are_other_choices(
        self, notify: Any, declare: Any, channel: Any, choose: Any, users: Any
    ) -> None:
        declare("quote")
        told = channel("push")
        choose(users[0], push=True)
        notify("quote", *users)
        assert told == []

    def test_whoever_wants_nothing_gets_nothing(
        self, notify: Any, choose: Any, users: Any, stored: Any
    ) -> None:
        choose(users[0], site=False, mail=False)
        notify("post", *users)
        assert stored(users[0]) == []
        assert len(stored(users[1])) == 1

    def test_one_that_is_wanted_alone(
        self, notify: Any, channel: Any, choose: Any, users: Any, stored: Any
    ) -> None:
        told = channel("push")
        choose(users[0], site=False, push=True)
        notify("post", *users)
        assert told == [[users[0].id]]
        assert len(stored(users[0])) == 1


class TestSql:
    def test_the_same_for_one_and_for_many(
        self, declare: Any, notify: Any, factory: Factory, count_sql: Any
    ) -> None:
        def visible(request: Any, user_ids: Any, subject_ids: Any) -> set[tuple[int, int]]:
            rows = request.db.query(User.id).filter(User.id.in_(user_ids))
            return {(user_id, subject_ids[0]) for (user_id,) in rows}

        declare("post", visible)
        users = [factory.user() for _ in range(40)]
        costs = []
        for recipients in (users[:1], users):
            with count_sql() as statements:
                assert len(notify("post", *recipients, subject_id=7)) == len(recipients)
            costs.append(len(statements))
        assert costs[0] == costs[1]


class TestDirectives:
    @pytest.mark.parametrize(
        ("add", "most"),
        [
            (lambda config, name: config.add_notification_type(name, "x"), 48),
            (lambda config, name: config.add_notification_channel(name, "x", print), 32),
        ],
    )
    def test_names_fit_their_columns(self, configure: Any, add: Any, most: int) -> None:
        configure(lambda config: add(config, "x" * most))
        with pytest.raises(ConfigurationError, match=f"longer than {most} characters"):
            configure(lambda config: add(config, "x" * (most + 1)))
