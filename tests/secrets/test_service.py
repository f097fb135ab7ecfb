"""Members' secrets: derived, stored as digests, and replaced at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase, ISecrets
from pulsar.secrets.models import UserSecret
from pulsar.secrets.service import Secrets
from pulsar.testing.factories import Factory
from pulsar.users.models import User

KIND = "passkey"


@pytest.fixture
def secrets() -> Secrets:
    return Secrets([b"the site's secret"])


@pytest.fixture
def user_id(factory: Factory) -> int:
    return factory.user().id


class TestCurrent:
    def test_is_made_once(self, secrets: Secrets, db: Session, user_id: int) -> None:
        value = secrets.current(db, user_id, KIND)
        assert len(value) == 32
        assert set(value) <= set("0123456789abcdef")
        assert secrets.current(db, user_id, KIND) == value
        assert len(secrets.history(db, user_id, KIND)) == 1

    def test_differs_by_kind_and_member(
        self, secrets: Secrets, db: Session, factory: Factory, user_id: int
    ) -> None:
        other = factory.user().id
        values = {secrets.current(db, member, kind) for member in (user_id, other) for kind in "ab"}
        assert len(values) == 4

    def test_is_not_stored(self, secrets: Secrets, db: Session, user_id: int) -> None:
        value = secrets.current(db, user_id, KIND)
        columns = [column.key for column in inspect(UserSecret).columns]
        row = db.scalars(select(UserSecret)).one()
        assert not any(value in str(getattr(row, column)) for column in columns)

    def test_after_the_sites_secret_changed(
        self, secrets: Secrets, db: Session, user_id: int
    ) -> None:
        old = secrets.current(db, user_id, KIND)
        changed = Secrets([b"another secret"])
        new = changed.current(db, user_id, KIND)
        assert new != old
        assert changed.current(db, user_id, KIND) == new
        assert changed.owner(db, KIND, old) is None
        assert changed.owner(db, KIND, new) == user_id

    def test_after_the_sites_secret_was_replaced(
        self, secrets: Secrets, db: Session, factory: Factory, user_id: int
    ) -> None:
        value = secrets.current(db, user_id, KIND)
        replaced = Secrets([b"another secret", b"the site's secret"])
        assert replaced.current(db, user_id, KIND) == value
        newcomer = factory.user().id
        new = replaced.current(db, newcomer, KIND)
        assert Secrets([b"another secret"]).current(db, newcomer, KIND) == new
        assert replaced.count_derived(db, [b"the site's secret"]) == {KIND: 1}
        # A process that accepts the new secret, and still uses the former one.
        process = Secrets([b"the site's secret", b"another secret"])
        assert process.current(db, newcomer, KIND) == new
        assert process.current(db, user_id, KIND) == value

    def test_a_reset_derives_from_the_current_one(
        self, secrets: Secrets, db: Session, user_id: int
    ) -> None:
        secrets.current(db, user_id, KIND)
        replaced = Secrets([b"another secret", b"the site's secret"])
        replaced.reset(db, user_id, KIND)
        assert not replaced.count_derived(db, [b"the site's secret"])


class TestOwner:
    def test_right(self, secrets: Secrets, db: Session, user_id: int) -> None:
        assert secrets.owner(db, KIND, secrets.current(db, user_id, KIND)) == user_id

    @pytest.mark.parametrize("value", ["", "0" * 32, "x" * 5000, "é"])
    def test_wrong(self, secrets: Secrets, db: Session, user_id: int, value: str) -> None:
        secrets.current(db, user_id, KIND)
        assert secrets.owner(db, KIND, value) is None

    def test_another_kind(self, secrets: Secrets, db: Session, user_id: int) -> None:
        assert secrets.owner(db, "feed", secrets.current(db, user_id, KIND)) is None


class TestReset:
    def test_replaces(self, secrets: Secrets, db: Session, user_id: int) -> None:
        old = secrets.current(db, user_id, KIND)
        new = secrets.reset(db, user_id, KIND)
        assert new != old
        assert secrets.current(db, user_id, KIND) == new
        assert secrets.owner(db, KIND, old) is None
        assert secrets.owner(db, KIND, new) == user_id

    def test_where_there_is_none(self, secrets: Secrets, db: Session, user_id: int) -> None:
        value = secrets.reset(db, user_id, KIND)
        assert secrets.current(db, user_id, KIND) == value

    def test_leaves_other_kinds(self, secrets: Secrets, db: Session, user_id: int) -> None:
        feed = secrets.current(db, user_id, "feed")
        secrets.reset(db, user_id, KIND)
        assert secrets.current(db, user_id, "feed") == feed

    def test_history(self, secrets: Secrets, db: Session, user_id: int) -> None:
        for _ in range(3):
            secrets.reset(db, user_id, KIND)
        live, *revoked = secrets.history(db, user_id, KIND)
        assert live.revoked is None
        assert len(revoked) == 2
        assert all(row.revoked is not None for row in revoked)


class TestAtOnce:
    """Concurrent requests that need the member's first secret."""

    @pytest.fixture
    def site(self, make_site: Callable[..., Any]) -> Any:
        return make_site()

    @pytest.fixture
    def database(self, site: Any) -> Any:
        return site.registry.getUtility(IDatabase)

    @pytest.fixture
    def newcomer(self, database: Any) -> int:
        with database.session(True) as session:
            user = User(username="newcomer", email="n@example.org", passhash="", user_class_id=1)
            session.add(user)
            session.commit()
            return user.id

    def test_one_is_live(self, site: Any, database: Any, newcomer: int) -> None:
        secrets = site.registry.getUtility(ISecrets)
        start = threading.Barrier(4, timeout=10)
        values: list[str] = []

        def use() -> None:
            start.wait()
            with database.session(True) as session:
                value = secrets.current(session, newcomer, KIND)
                session.commit()
            values.append(value)

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(values) == 4
        assert len(set(values)) == 1
        with database.session() as session:
            live = select(func.count()).where(UserSecret.revoked.is_(None))
            assert session.scalar(live.select_from(UserSecret)) == 1
            assert secrets.current(session, newcomer, KIND) == values[0]

    def test_one_that_was_made_meanwhile_is_kept(
        self, site: Any, database: Any, newcomer: int
    ) -> None:
        secrets = site.registry.getUtility(ISecrets)
        quicker: list[str] = []

        def make_one(*args: Any) -> None:
            """Create a secret after the request has found none."""
            if not quicker:
                quicker.append("")
                with database.session(True) as other:
                    quicker[0] = secrets.current(other, newcomer, KIND)
                    other.commit()

        with database.session() as session:
            event.listen(session.connection(), "after_cursor_execute", make_one)
            try:
                value = secrets.current(session, newcomer, KIND)
                session.commit()
            except OperationalError:
                # SQLite refuses to write on an old snapshot; such a request is retried.
                session.rollback()
                value = secrets.current(session, newcomer, KIND)
        assert value == quicker[0]
        with database.session() as session:
            assert secrets.owner(session, KIND, value) == newcomer
