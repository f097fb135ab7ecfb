"""Fixtures of a member who manages classes, and of the site log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

HELD = ("userclasses_list", "userclasses_modify", "users_view", "users_moderate", "users_warn")


@pytest.fixture
def managers(factory: Factory) -> UserClass:
    """A class of rank 500 that may change classes."""
    return factory.user_class("Managers", *HELD, rank=500)


@pytest.fixture
def manager(client: Client, factory: Factory, managers: UserClass) -> Client:
    """A client with the key of a member of this class, named ``manager``."""
    return client.as_key(factory.key(factory.user("manager", user_class_id=managers.id)))


@pytest.fixture
def make_class(staff: Client) -> Callable[..., int]:
    """``make_class("Elite", rank=100)``: create a class as staff, and return its id."""

    def make(name: str, *permissions: str, rank: int = 100, **values: Any) -> int:
        body = {"name": name, "permissions": [*permissions], "rank": rank, **values}
        class_id: int = staff.post("/user_classes", body, status=201).json["response"]["id"]
        return class_id

    return make


@pytest.fixture
def make_secondary(staff: Client) -> Callable[..., int]:
    """``make_secondary("Donor", "users_warn")``: create a secondary class; return its id."""

    def make(name: str, *permissions: str) -> int:
        body = {"name": name, "permissions": [*permissions]}
        class_id: int = staff.post("/secondary_classes", body, status=201).json["response"]["id"]
        return class_id

    return make


@pytest.fixture
def logged(db: Session) -> Callable[[], list[Any]]:
    """``logged()``: action, target, before and after of the site log's entries, oldest first."""

    def read() -> list[Any]:
        entries = db.scalars(select(LogEntry).order_by(LogEntry.id))
        return [
            (entry.action, (entry.target_type, entry.target_id), entry.before, entry.after)
            for entry in entries
        ]

    return read
