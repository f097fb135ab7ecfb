"""Fixtures of a site whose connections to the database can be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import make_url

from pulsar.testing.backends import Backend
from pulsar.testing.servers import Proxy

from .people import People


@pytest.fixture
def proxy(backend: Backend) -> Iterator[Proxy]:
    """A proxy to PostgreSQL, which the test may cut."""
    proxy = Proxy(backend.url.host or "127.0.0.1", backend.url.port or 5432)
    yield proxy
    proxy.close()


@pytest.fixture
def start(make_site: Callable[..., Any], proxy: Proxy, backend: Backend) -> Callable[..., People]:
    """``start(**settings)``: the people of a site that reaches its database through the proxy."""

    def make(**settings: str) -> People:
        first = make_site()
        url = make_url(first.registry.settings["sqlalchemy.url"])
        url = url.set(host="127.0.0.1", port=proxy.port)
        text = url.render_as_string(hide_password=False)
        return People(make_site(**{"sqlalchemy.url": text, **settings}))

    return make


@pytest.fixture
def people(start: Callable[..., People]) -> People:
    return start()
