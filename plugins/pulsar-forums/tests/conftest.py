"""Fixtures for the tests of forums: an open forum with a thread, other members and moderators."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from forums.examples import make_category, make_forum, make_thread
from pulsar.interfaces import ICache, IDatabase
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User, UserPermission

#: The permissions that moderators hold in addition to those of members.
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
    """A moderator, named ``moderator``."""
    return join("moderator", grants=MODERATION)


@pytest.fixture
def category_id(staff: Client) -> int:
    """The id of a category."""
    return make_category(staff)


@pytest.fixture
def forum_id(staff: Client, category_id: int) -> int:
    """The id of a forum that all members see."""
    return make_forum(staff, category_id)


@pytest.fixture
def closed_id(staff: Client, category_id: int) -> int:
    """The id of a forum that only staff see."""
    return make_forum(staff, category_id, "Closed", open=False)


@pytest.fixture
def thread(member: Client, forum_id: int) -> Any:
    """A thread of ``member`` in the open forum, as the response to its creation."""
    return make_thread(member, forum_id)


@pytest.fixture
def path(thread: Any) -> str:
    """The path of the thread."""
    return f"/forums/threads/{thread['id']}"


@pytest.fixture
def permit(db: Session, registry: Any) -> Callable[..., None]:
    """``permit("bob", "forums_view", granted=False)``: grant or deny a permission to a member."""

    def change(username: str, permission: str, *, granted: bool = True) -> None:
        user_id = db.scalars(select(User.id).where(User.username == username)).one()
        db.merge(UserPermission(user_id=user_id, permission=permission, granted=granted))
        db.commit()
        registry.getUtility(ICache).invalidate([f"user:{user_id}"])

    return change


class Site:
    """Processes of a site with an open forum, which serve the joining members in turn."""

    def __init__(self, apps: list[Any], session: Session) -> None:
        self._apps = apps
        self.registry = apps[0].registry
        self.session = session
        self._factory = Factory(session)
        self._joined = 0
        self.staff = self._client(self._factory.staff("staff"))
        self.category_id = make_category(self.staff)
        self.forum_id = make_forum(self.staff, self.category_id)

    def join(self, *grants: str) -> Client:
        """Create a member and return a client with their key."""
        self._joined += 1
        return self._client(self._factory.user(f"writer{self._joined}", grants=grants))

    def again(self, client: Client) -> Client:
        """Return another client of the same member, for another thread of the test."""
        return client.from_address("127.0.0.1")

    def _client(self, user: Any) -> Client:
        app = self._apps[self._joined % len(self._apps)]
        return Client(app).as_key(self._factory.key(user))


@pytest.fixture
def site(make_site: Callable[..., Any], migrated: Backend) -> Iterator[Site]:
    """A site of two processes, or of one if the cache is in the process."""
    apps = [make_site() for _ in range(2 if migrated.name == "production" else 1)]
    with apps[0].registry.getUtility(IDatabase).session(True) as session:
        yield Site(apps, session)


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """``together(*works)``: run the functions in threads that start together."""

    def run(*works: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(works), timeout=20)

        def begin(work: Callable[[], Any]) -> Any:
            start.wait()
            return work()

        with ThreadPoolExecutor(len(works)) as threads:
            return list(threads.map(begin, works))

    return run
