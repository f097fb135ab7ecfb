"""HTTP responses of the tracker, as bytes."""

from __future__ import annotations

_HEAD = (
    b"HTTP/1.1 %b\r\nContent-Type: text/plain\r\nContent-Length: %%d\r\nConnection: %b\r\n\r\n%%b"
)
_KEPT = _HEAD % (b"200 OK", b"keep-alive")
_CLOSED = _HEAD % (b"200 OK", b"close")


def bencoded(answer: bytes, keep_alive: bool) -> bytes:
    """An announce's or a scrape's answer; refusals have status 200 too (BEP 3)."""
    # HTTP/1.0 needs "keep-alive", and HTTP/1.1 allows it.
    return (_KEPT if keep_alive else _CLOSED) % (len(answer), answer)


def plain(status: bytes, body: bytes, keep_alive: bool) -> bytes:
    """A response in plain text."""
    return _HEAD % (status, b"keep-alive" if keep_alive else b"close") % (len(body), body)


def not_found(keep_alive: bool) -> bytes:
    return plain(b"404 Not Found", b"This is a tracker; it has nothing here.\n", keep_alive)


def wrong_method(keep_alive: bool) -> bytes:
    """The response to everything but GET; it has no body, since it may be for HEAD."""
    connection = b"keep-alive" if keep_alive else b"close"
    return (
        b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\n"
        b"Connection: %b\r\n\r\n" % connection
    )


BAD_REQUEST = plain(b"400 Bad Request", b"This is not an HTTP request.\n", False)
TOO_LARGE = plain(
    b"431 Request Header Fields Too Large", b"The request is too long for a tracker.\n", False
)
