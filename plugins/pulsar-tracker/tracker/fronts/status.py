"""The tracker's own ``/health`` and ``/metrics``, on a listener of their own.

Both are slow compared with an announce, and are made in a thread.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from typing import NamedTuple

import structlog

log = structlog.get_logger(__name__)

#: The most bytes that a request may have.
REQUEST_BYTES = 8192
_REQUEST_SECONDS = 10.0
_CONNECTIONS = 16


class Page(NamedTuple):
    """A response of the status listener."""

    status: int
    content_type: str
    body: bytes


#: ``page(path, authorization)``; None is 404.
Pages = Callable[[str, str], Page | None]
NOT_FOUND = Page(404, "text/plain", b"There are /health and /metrics.\n")
_FAILED = Page(500, "text/plain", b"The page has an error.\n")
_REASONS = {200: "OK", 404: "Not Found", 500: "Internal Server Error", 503: "Service Unavailable"}


class StatusListener:
    """Answers one request per connection."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._connections = 0

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve a connection."""
        if self._connections >= _CONNECTIONS:
            writer.transport.abort()
            return
        self._connections += 1
        try:
            async with asyncio.timeout(_REQUEST_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_encode(await self._page(head)))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # The client does not speak, speaks too much, or has gone.
        finally:
            self._connections -= 1
            writer.close()

    async def _page(self, head: bytes) -> Page:
        request, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = request.partition(" ")
        if method != "GET":
            return NOT_FOUND
        path = rest.partition(" ")[0].partition("?")[0]
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        try:
            page = await asyncio.to_thread(self._pages, path, headers.get("authorization", ""))
        except Exception:
            log.exception("status page failed", path=path)
            return _FAILED
        return page or NOT_FOUND


def _encode(page: Page) -> bytes:
    head = (
        f"HTTP/1.1 {page.status} {_REASONS[page.status]}\r\nContent-Type: {page.content_type}\r\n"
        f"Content-Length: {len(page.body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + page.body
