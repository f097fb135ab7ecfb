"""Relationships are loaded again after their foreign keys change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session, object_session

from pulsar.classes.models import UserClass
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


class TestForeignKeys:
    @pytest.fixture
    def other(self, factory: Factory) -> UserClass:
        """Another class."""
        return factory.user_class("Other", rank=5)

    @pytest.fixture
    def user(self, client: Client, factory: Factory, db: Session) -> Iterator[User]:
        """A member, in a session of the application."""
        user_id = factory.user().id
        db.commit()
        session: Session = client.app.registry.getUtility(IDatabase).session(True)
        with session:
            yield session.get_one(User, user_id)

    def test_the_column_is_followed(self, user: User, other: UserClass) -> None:
        before = user.user_class
        session = object_session(user)
        assert session is not None
        user.user_class_id = other.id
        assert user.user_class is before
        session.flush()
        assert user.user_class.id == other.id

    def test_what_was_set_itself_stays(
        self, user: User, other: UserClass, count_sql: Callable[[], Any]
    ) -> None:
        session = object_session(user)
        assert session is not None
        user.user_class = session.get_one(UserClass, other.id)
        session.flush()
        with count_sql() as statements:
            assert user.user_class.id == other.id
        assert list(statements) == []

    def test_other_columns_leave_it(self, user: User, count_sql: Callable[[], Any]) -> None:
        session = object_session(user)
        assert session is not None
        user.invites += 1
        session.flush()
        with count_sql() as statements:
            assert user.user_class is not None
        assert list(statements) == []
