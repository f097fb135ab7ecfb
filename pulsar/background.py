"""Requests without a client, for jobs and commands that call code which needs a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.interfaces import IRequestFactory
from pyramid.request import apply_request_extensions

from .registry import Registry
from .request import Request
from .settings import CoreSettings


def make_request(registry: Registry, path: str = "/", **options: Any) -> Request:
    """A request without a client, for jobs, commands and tests; options as of ``blank``."""
    request: Request = registry.getUtility(IRequestFactory).blank(path, **options)
    request.registry = registry
    apply_request_extensions(request)
    return request


@contextmanager
def background_request(registry: Registry) -> Iterator[Request]:
    """A request in its own transaction: committed at the end, aborted by an exception."""
    site_url = CoreSettings.site_url.of(registry)
    request = make_request(registry, base_url=site_url or None, method="POST")
    with request.tm:
        yield request
