"""The job that promotes and demotes members."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass
from pulsar.db import utcnow
from pulsar.interfaces import ICache, IJob, INotifications
from pulsar.jobs.runner import JobRunner
from pulsar.moderation.models import StatusChange, UserWarning
from pulsar.moderation.promotion import promote_and_demote
from pulsar.notifications.models import Notification
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

GIB = 2**30


def promotion(source: int, **figures: float) -> dict[str, Any]:
    return {"from": source, "require": figures}


def demotion(target: int, **figures: float) -> dict[str, Any]:
    return {"to": target, "below": figures}


@pytest.fixture
def ladder(factory: Factory) -> tuple[int, int]:
    """Power (2 GiB and 2 weeks) and Elite (10 GiB), with a demotion for a low ratio."""
    power = factory.user_class(
        "Power",
        "users_view",
        "users_notes",
        rank=100,
        promotion=promotion(1, uploaded=2 * GIB, age_weeks=2),
        demotion=demotion(1, ratio=0.5),
    )
    elite = factory.user_class(
        "Elite",
        rank=200,
        promotion=promotion(power.id, uploaded=10 * GIB),
        demotion=demotion(power.id, ratio=1, uploaded=5 * GIB),
    )
    return power.id, elite.id


@pytest.fixture
def run(registry: Any, db: Session) -> Any:
    """``run(*users)``: run the job; return the names of the members' classes."""

    def after(*users: User) -> list[str]:
        promote_and_demote(registry)
        db.expire_all()
        return [db.get_one(User, user.id).user_class.name for user in users]

    return after


def old(weeks: float = 3) -> Any:
    return utcnow() - timedelta(weeks=weeks)


class TestPromotion:
    @pytest.mark.parametrize(
        ("uploaded", "weeks", "name"),
        [
            (2 * GIB, 2.01, "Power"),
            (2 * GIB - 1, 2.01, "User"),
            (2 * GIB, 1.99, "User"),
            (0, 100, "User"),
            (2**63 - 1, 2.01, "Power"),
        ],
    )
    @pytest.mark.usefixtures("ladder")
    def test_every_figure_is_needed(
        self, run: Any, factory: Factory, uploaded: int, weeks: float, name: str
    ) -> None:
        user = factory.user(uploaded=uploaded, created=old(weeks))
        assert run(user) == [name]

    @pytest.mark.usefixtures("ladder")
    def test_one_step_a_run(self, run: Any, factory: Factory) -> None:
        user = factory.user(uploaded=100 * GIB, created=old())
        assert run(user) == ["Power"]
        assert run(user) == ["Elite"]
        assert run(user) == ["Elite"]

    def test_only_from_the_class_that_the_rule_names(
        self, run: Any, factory: Factory, ladder: Any
    ) -> None:
        aside = factory.user_class("Aside", rank=50)
        users = [
            factory.user(user_class_id=class_id, uploaded=100 * GIB, created=old())
            for class_id in (aside.id, 2)
        ]
        assert run(*users) == ["Aside", "Staff"]


class TestDemotion:
    @pytest.mark.parametrize(
        ("uploaded", "downloaded", "name"),
        [
            (5 * GIB, 5 * GIB, "Elite"),
            (5 * GIB - 1, 0, "Power"),
            (6 * GIB, 6 * GIB + 1, "Power"),
            (5 * GIB, 0, "Elite"),
        ],
    )
    def test_one_figure_suffices(
        self, run: Any, factory: Factory, ladder: Any, uploaded: int, downloaded: int, name: str
    ) -> None:
        user = factory.user(
            user_class_id=ladder[1], uploaded=uploaded, downloaded=downloaded, created=old()
        )
        assert run(user) == [name]

    def test_who_fell_does_not_rise_in_the_same_run(
        self, run: Any, factory: Factory, ladder: Any
    ) -> None:
        # Enough upload for Elite, but too low a ratio to stay there.
        user = factory.user(
            user_class_id=ladder[1], uploaded=20 * GIB, downloaded=30 * GIB, created=old()
        )
        assert run(user) == ["Power"]
        assert run(user) == ["Elite"]

    def test_one_step_a_run(self, run: Any, factory: Factory, ladder: Any) -> None:
        user = factory.user(user_class_id=ladder[1], downloaded=GIB, created=old())
        assert run(user) == ["Power"]
        assert run(user) == ["User"]


class TestRatio:
    @pytest.fixture
    def fair(self, factory: Factory) -> UserClass:
        """A class for members with a ratio of a million."""
        return factory.user_class("Fair", rank=10, promotion=promotion(1, ratio=1e6))

    @pytest.mark.usefixtures("fair")
    def test_infinite(self, run: Any, factory: Factory) -> None:
        users = [
            factory.user(uploaded=uploaded, downloaded=downloaded)
            for uploaded, downloaded in ((1, 0), (0, 0), (1, 1), (10**6, 1), (10**6 - 1, 1))
        ]
        assert run(*users) == ["Fair", "Fair", "User", "Fair", "User"]


class TestLeftOut:
    @pytest.fixture
    def worthy(self, ladder: Any, factory: Factory) -> User:
        """A member who is due to be promoted."""
        return factory.user("worthy", uploaded=3 * GIB, created=old())

    @pytest.fixture
    def warn(self, db: Session, worthy: User) -> Any:
        """``warn(days)``: warn the member for this number of days."""

        def store(days: float, **kwargs: Any) -> None:
            expires = utcnow() + timedelta(days=days)
            db.add(UserWarning(user_id=worthy.id, reason="x", expires=expires, **kwargs))
            db.commit()

        return store

    def test_warned(self, run: Any, warn: Any, worthy: User) -> None:
        warn(7)
        assert run(worthy) == ["User"]
        with time_machine.travel(utcnow() + timedelta(days=8)):
            assert run(worthy) == ["Power"]

    def test_warned_before(self, run: Any, warn: Any, worthy: User) -> None:
        warn(-1)
        warn(7, revoked=utcnow())
        assert run(worthy) == ["Power"]

    def test_warned_are_not_demoted_either(
        self, run: Any, factory: Factory, ladder: Any, db: Session
    ) -> None:
        user = factory.user(user_class_id=ladder[1], downloaded=GIB)
        expires = utcnow() + timedelta(days=7)
        db.add(UserWarning(user_id=user.id, reason="x", expires=expires))
        db.commit()
        assert run(user) == ["Elite"]

    def test_disabled(self, run: Any, worthy: User, db: Session) -> None:
        db.execute(update(User).where(User.id == worthy.id).values(enabled=False))
        db.commit()
        assert run(worthy) == ["User"]

    def test_moved_by_staff_since_they_were_looked_at(
        self, run: Any, worthy: User, factory: Factory, connection: Any
    ) -> None:
        punished = factory.user_class("Punished", rank=0).id

        def punish(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
            """Staff disable the member after the figures were read, before the promotion."""
            if "users.uploaded" in statement and "users.username" not in statement:
                conn.execute(
                    update(User.__table__)
                    .where(User.id == worthy.id)
                    .values(user_class_id=punished)
                )

        event.listen(connection, "after_cursor_execute", punish)
        try:
            assert run(worthy) == ["Punished"]
        finally:
            event.remove(connection, "after_cursor_execute", punish)


class TestUnknownCriteria:
    """Criteria of a plugin that is not enabled any more."""

    def test_nobody_is_promoted(self, run: Any, factory: Factory) -> None:
        rule = promotion(1, uploaded=0, luck=0)
        factory.user_class("Lucky", rank=10, promotion=rule)
        assert run(factory.user()) == ["User"]

    def test_nobody_is_demoted_by_it(self, run: Any, factory: Factory) -> None:
        rule = demotion(1, luck=7, ratio=0.5)
        lucky = factory.user_class("Lucky", rank=10, demotion=rule).id
        users = [
            factory.user(user_class_id=lucky, uploaded=uploaded, downloaded=2)
            for uploaded in (1, 0)
        ]
        assert run(*users) == ["Lucky", "User"]

    def test_unknown_classes(self, run: Any, factory: Factory) -> None:
        factory.user_class(
            "Lost", rank=10, promotion=promotion(99, uploaded=0), demotion=demotion(98, ratio=9)
        )
        assert run(factory.user()) == ["User"]


class TestBatches:
    @pytest.mark.usefixtures("ladder")
    def test_everybody_once(
        self, run: Any, factory: Factory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pulsar.moderation.promotion._BATCH", 3)
        users = [
            factory.user(uploaded=3 * GIB if number % 3 else 0, created=old())
            for number in range(11)
        ]
        expected = ["Power" if number % 3 else "User" for number in range(11)]
        assert run(*users) == expected

    @pytest.mark.usefixtures("ladder")
    def test_what_went_before_a_failure_stays(
        self,
        run: Any,
        factory: Factory,
        db: Session,
        monkeypatch: pytest.MonkeyPatch,
        registry: Any,
    ) -> None:
        monkeypatch.setattr("pulsar.moderation.promotion._BATCH", 1)
        users = [factory.user(uploaded=3 * GIB, created=old()) for _ in range(3)]
        notifications = registry.getUtility(INotifications)
        notify = notifications.notify

        def fail(request: Any, kind: str, user_ids: list[int], *args: Any, **kw: Any) -> Any:
            if user_ids == [users[1].id]:
                raise RuntimeError("no")
            return notify(request, kind, user_ids, *args, **kw)

        monkeypatch.setattr(type(notifications), "notify", staticmethod(fail))
        with pytest.raises(RuntimeError):
            run(*users)
        db.expire_all()
        names = [db.get_one(User, user.id).user_class.name for user in users]
        assert names == ["Power", "User", "User"]
        monkeypatch.undo()
        assert run(*users) == ["Power", "Power", "Power"]
        assert len(db.scalars(select(StatusChange)).all()) == 3


class TestConsequences:
    @pytest.fixture
    def worthy(self, ladder: Any, factory: Factory) -> User:
        """A member who is due to be promoted."""
        return factory.user("worthy", uploaded=3 * GIB, created=old())

    def test_the_next_request_has_the_new_permissions(
        self, run: Any, worthy: User, client: Client, factory: Factory
    ) -> None:
        caller = client.as_key(factory.key(worthy))
        caller.get(f"/users/{worthy.id}/notes", status=403)
        run()
        caller.get(f"/users/{worthy.id}/notes", status=200)
        assert caller.get("/users/me").json["response"]["user_class"] == "Power"

    def test_they_are_notified(
        self, run: Any, worthy: User, factory: Factory, ladder: Any, db: Session
    ) -> None:
        fallen = factory.user(user_class_id=ladder[1], downloaded=GIB)
        run()
        told = db.scalars(select(Notification).order_by(Notification.user_id)).all()
        assert [
            (notification.user_id, notification.type, notification.contents)
            for notification in told
        ] == [
            (worthy.id, "class_changed", {"class": "Power", "promoted": True}),
            (fallen.id, "class_changed", {"class": "Power", "promoted": False}),
        ]

    def test_history_and_log(self, run: Any, worthy: User, db: Session) -> None:
        run()
        (change,) = db.scalars(select(StatusChange)).all()
        assert (change.user_id, change.staff_id) == (worthy.id, None)
        assert (change.kind, change.before, change.after) == ("class", "User", "Power")
        assert change.reason == "Promotion rules of the class."
        (entry,) = db.scalars(select(LogEntry)).all()
        assert (entry.actor_id, entry.action, entry.target_id) == (None, "user_class", worthy.id)
        assert (entry.before, entry.after) == ({"value": "User"}, {"value": "Power"})

    def test_it_is_a_job(self, registry: Any, worthy: User, staff: Client) -> None:
        job = registry.getUtility(IJob, "promotion")
        assert str(job.schedule) == "every 1:00:00"
        assert JobRunner(registry).run(job, force=True)
        assert staff.get(f"/users/{worthy.id}").json["response"]["user_class"] == "Power"


def with_karma(config: Configurator) -> None:
    """Include a criterion."""
    config.add_promotion_criterion("karma", lambda session, ids: {min(ids): 7})


class TestCriteria:
    def test_of_a_plugin(self, lab: Any, factory: Factory, db: Session) -> None:
        site = lab(with_karma)
        factory.user_class("Kind", rank=10, promotion=promotion(1, karma=7))
        first, second = factory.user(), factory.user()
        promote_and_demote(site.app.registry)
        db.expire_all()
        assert db.get_one(User, first.id).user_class.name == "Kind"
        assert db.get_one(User, second.id).user_class.name == "User"
        site.app.registry.getUtility(ICache).clear()

    def test_declared_twice(self, configure: Any) -> None:
        def again(config: Configurator) -> None:
            config.add_promotion_criterion("ratio", lambda session, ids: {})

        config = configure()
        config.include(again)
        with pytest.raises(ConfigurationConflictError, match="ratio"):
            config.commit()
