"""Requests that nobody made, for jobs and commands that use what needs a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.request import Request

from .request import blank


@contextmanager
def background_request(registry: Any) -> Iterator[Request]:
    """A request in a transaction of its own: committed at the end, aborted by an exception."""
    site_url = registry.settings["pulsar.site_url"]
    request = blank(registry, base_url=site_url or None, method="POST")
    with request.tm:
        yield request
