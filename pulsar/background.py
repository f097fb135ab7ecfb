"""Requests that nobody made, for jobs and commands that use what needs a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .framework.request_class import make_request
from .registry import Registry
from .request import Request
from .settings import CoreSettings


@contextmanager
def background_request(registry: Registry) -> Iterator[Request]:
    """A request in a transaction of its own: committed at the end, aborted by an exception."""
    site_url = CoreSettings.site_url.of(registry)
    request = make_request(registry, base_url=site_url or None, method="POST")
    with request.tm:
        yield request
