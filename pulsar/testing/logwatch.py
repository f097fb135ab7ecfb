"""Checks the log of the code under test: it must not contain secrets that the test used."""

from __future__ import annotations

import functools
import io
import logging
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

#: Shorter texts appear in many lines by chance.
_SHORTEST = 8
_PASSHASH = re.compile(r"\$argon2\w*\$v=[^\"\s]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_REQUEST_ID = re.compile(r'"request_id": ?"[^"]*"')


class LogWatch(io.StringIO):
    """Collects the lines of a test, and the passwords, keys and tokens that it used."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._secrets: set[str] = set()

    def write(self, text: str) -> int:
        """Collect a text; pytest shows errors where the test fails."""
        self._lines.append(text)
        if '"level":"error"' in text or '"level":"critical"' in text:
            sys.stderr.write(text)
        return len(text)

    def add_secret(self, text: str) -> None:
        """Add a secret that must not be logged until the end of the test."""
        if len(text) >= _SHORTEST:
            self._secrets.add(text)

    def stream(self) -> io.StringIO:
        """Return a stream to read lines from; its lines are checked too."""
        return _Copying(self)

    def leaks(self) -> list[str]:
        """The lines that contain a secret, with that secret; clears lines and secrets."""
        text, secrets = "".join(self._lines), self._secrets
        self._lines, self._secrets = [], set()
        return [
            f"{leaked!r} in {line}"
            for line in text.splitlines()
            if (leaked := _leaked(line, secrets)) is not None
        ]


class _Copying(io.StringIO):
    def __init__(self, watch: LogWatch) -> None:
        super().__init__()
        self._watch = watch

    def write(self, text: str) -> int:
        self._watch.write(text)
        return super().write(text)


def _leaked(line: str, secrets: set[str]) -> str | None:
    """The secrets that a line contains."""
    for text in secrets:
        if text in line:
            return text
    line = _REQUEST_ID.sub("", line)
    for pattern in (_PASSHASH, _EMAIL, _HEX):
        match = pattern.search(line)
        if match is not None:
            return match[0]
    return None


@contextmanager
def watching() -> Iterator[LogWatch]:
    """Watch all lines that the process logs, and all secrets that it creates or receives."""
    from ..logs import JsonFormatter
    from ..secrets.service import Secrets
    from ..users.passwords import Passwords

    watch = LogWatch()
    handler = logging.StreamHandler(watch)
    handler.setFormatter(JsonFormatter())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulsar.logs.setup.log_stream", lambda: watch)
        for owner, name in (
            (secrets, "token_urlsafe"),
            (secrets, "token_hex"),
            (Secrets, "_derive"),
        ):
            patch.setattr(owner, name, _noting_result(watch, getattr(owner, name)))
        for name in ("hash", "verify", "rehash"):
            patch.setattr(Passwords, name, _noting_password(watch, getattr(Passwords, name)))
        logging.getLogger().addHandler(handler)
        yield watch
        logging.getLogger().removeHandler(handler)


def _noting_result(watch: LogWatch, function: Callable[..., str]) -> Callable[..., str]:
    @functools.wraps(function)
    def call(*args: Any) -> str:
        result = function(*args)
        # File names end in shorter ones, which are no secrets.
        if len(result) > _SHORTEST:
            watch.add_secret(result)
        return result

    return call


def _noting_password(watch: LogWatch, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(self: Any, *args: Any) -> Any:
        watch.add_secret(args[-1])
        return function(self, *args)

    return call
