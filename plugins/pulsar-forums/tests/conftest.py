"""Fixtures for the tests of forums: an open forum with a thread, and people who may do more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from forums.testing import make_category, make_forum, make_thread
from pulsar.interfaces import ICache
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import UserPermission

#: What moderators of forums hold beside what members do.
MODERATION = (
    "forums_post_in_locked",
    "forums_posts_modify",
    "forums_posts_modify_advanced",
    "forums_threads_modify",
    "forums_threads_modify_advanced",
    "modify_forum_polls",
)


@pytest.fixture
def join(client: Client, factory: Factory) -> Callable[..., Client]:
    """``join("bob", grants=...)``: a client with the key of a new member."""
    return lambda *args, **kwargs: client.as_key(factory.key(factory.user(*args, **kwargs)))


@pytest.fixture
def other(join: Callable[..., Client]) -> Client:
    """A second ordinary member, named ``other``."""
    return join("other")


@pytest.fixture
def moderator(join: Callable[..., Client]) -> Client:
    """Somebody who moderates, named ``moderator``."""
    return join("moderator", grants=MODERATION)


@pytest.fixture
def category_id(staff: Client) -> int:
    """A category."""
    return make_category(staff)


@pytest.fixture
def forum_id(staff: Client, category_id: int) -> int:
    """A forum that all members see."""
    return make_forum(staff, category_id)


@pytest.fixture
def closed_id(staff: Client, category_id: int) -> int:
    """A forum that nobody sees but staff."""
    return make_forum(staff, category_id, "Closed", open=False)


@pytest.fixture
def thread(member: Client, forum_id: int) -> Any:
    """A thread of ``member`` in the open forum, as it was answered when it was begun."""
    return make_thread(member, forum_id)


@pytest.fixture
def path(thread: Any) -> str:
    """The path of the thread."""
    return f"/forums/threads/{thread['id']}"


@pytest.fixture
def permit(db: Session, registry: Any) -> Callable[..., None]:
    """``permit("bob", "forums_view", granted=False)``: grant or deny something to a member."""
    from sqlalchemy import select

    from pulsar.users.models import User

    def change(username: str, permission: str, *, granted: bool = True) -> None:
        user_id = db.scalars(select(User.id).where(User.username == username)).one()
        db.merge(UserPermission(user_id=user_id, permission=permission, granted=granted))
        db.commit()
        registry.getUtility(ICache).invalidate([f"user:{user_id}"])

    return change
