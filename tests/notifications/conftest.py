"""Fixtures of types and channels that exist during a test, and of notifications."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.background import background_request
from pulsar.interfaces import INotificationChannel, INotifications, INotificationType
from pulsar.notifications.models import Notification
from pulsar.notifications.types import NotificationChannel, NotificationType
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def declare(registry: Any) -> Iterator[Callable[..., None]]:
    """``declare("post", visible=...)``: declare a type until the end of the test."""
    declared: list[Any] = []

    def add(name: str, visible: Any = None) -> None:
        registration = (
            NotificationType(name, f"Title of {name}.", visible),
            INotificationType,
            name,
        )
        registry.registerUtility(*registration)
        declared.append(registration)

    yield add
    for item in declared:
        registry.unregisterUtility(*item)


@pytest.fixture
def channel(registry: Any) -> Iterator[Callable[..., list[list[int]]]]:
    """``channel("push", default=True)``: declare a channel; return the list of its recipients."""
    declared: list[Any] = []

    def add(name: str, default: bool = False) -> list[list[int]]:
        told: list[list[int]] = []

        def deliver(request: Any, notifications: Any) -> None:
            told.append([notification.user_id for notification in notifications])

        registration = (
            NotificationChannel(name, name, default, deliver),
            INotificationChannel,
            name,
        )
        registry.registerUtility(*registration)
        declared.append(registration)
        return told

    yield add
    for item in declared:
        registry.unregisterUtility(*item)


@pytest.fixture
def user(factory: Factory) -> User:
    """A member."""
    return factory.user("somebody")


@pytest.fixture
def caller(client: Client, factory: Factory, user: User) -> Client:
    """A client with the member's key."""
    return client.as_key(factory.key(user))


@pytest.fixture
def notify(registry: Any) -> Callable[..., list[int]]:
    """``notify("post", user, subject_id=7)``: notify without a caller; return recipients' ids."""

    def make(name: str, *users: User, **kwargs: Any) -> list[int]:
        service = registry.getUtility(INotifications)
        contents = kwargs.pop("contents", {"from": "nobody"})
        with background_request(registry) as request:
            notifications = service.notify(
                request, name, [user.id for user in users], contents, **kwargs
            )
            return [notification.user_id for notification in notifications]

    return make


@pytest.fixture
def stored(db: Session) -> Callable[..., list[Notification]]:
    """``stored(user)``: the member's notifications, oldest first."""

    def read(user: User) -> list[Notification]:
        db.expire_all()
        query = select(Notification).where(Notification.user_id == user.id)
        return list(db.scalars(query.order_by(Notification.id)))

    return read
