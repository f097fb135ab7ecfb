"""Fixtures for the tests of news: members who write and moderate, and entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from news.examples import write
from news.models import BLOG
from news.publishing import announce
from pulsar.db import utcnow
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


@pytest.fixture
def join(client: Client, factory: Factory) -> Callable[..., Client]:
    """``join("bob", grants=...)``: a client with the key of a new member."""
    return lambda *args, **kwargs: client.as_key(factory.key(factory.user(*args, **kwargs)))


@pytest.fixture
def other(join: Callable[..., Client]) -> Client:
    """A second ordinary member, named ``other``."""
    return join("other")


@pytest.fixture
def reporter(join: Callable[..., Client]) -> Client:
    """A member who writes news, and cannot moderate."""
    return join("reporter", grants=("news_create",))


@pytest.fixture
def blogger(join: Callable[..., Client]) -> Client:
    """A member who writes blog entries."""
    return join("blogger", grants=("news_blog_create",))


@pytest.fixture
def moderator(join: Callable[..., Client]) -> Client:
    """A member who moderates, and cannot write entries."""
    return join("moderator", grants=("news_modify", "news_comments_modify"))


@pytest.fixture
def entry(reporter: Client) -> Any:
    """A published entry, as the response to its creation."""
    return write(reporter, "Published")


@pytest.fixture
def path(entry: Any) -> str:
    """The path of the published entry."""
    return f"/news/{entry['id']}"


@pytest.fixture
def own(blogger: Client) -> Any:
    """The blogger's published entry."""
    return write(blogger, "Own", BLOG)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until the test moves it."""
    with time_machine.travel(utcnow(), tick=False) as clock:
        yield clock


@pytest.fixture
def announced(registry: Any) -> Callable[[], None]:
    """``announced()``: run the job that announces entries."""
    return lambda: announce(registry)
