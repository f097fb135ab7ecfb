"""Counting the SQL statements and Redis commands of a request."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from pulsar.interfaces import IDatabase
from pulsar.request import Request
from pulsar.testing.sql import counted

from .load import LoadError
from .site import application

_WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """SQL statements, and Redis round trips; None if Redis is unavailable."""

    sql: int
    redis: int | None


def cost(options: dict[str, str], path: str, key: str, redis_url: str) -> Cost:
    """Return the cost of a GET when everything is cached, with rate limits, as in production."""
    options = {**options, "pulsar.rate_limits": "true"}
    monitor: Redis = Redis.from_url(redis_url, socket_connect_timeout=1)
    try:
        monitor.ping()
    except RedisError:
        return Cost(_measure(options, path, key)[0], None)
    prefix = f"pulsar-benchmark:{secrets.token_hex(4)}:"
    options |= {
        "pulsar.cache": "redis",
        "pulsar.redis_url": redis_url,
        "pulsar.redis_prefix": prefix,
    }
    try:
        return Cost(*_measure(options, path, key, monitor))
    finally:
        for name in monitor.scan_iter(f"{prefix}*"):
            monitor.delete(name)
        monitor.close()


def _measure(
    options: dict[str, str], path: str, key: str, monitor: Redis | None = None
) -> tuple[int, int]:
    with application(options) as app:

        def call() -> None:
            request = Request.blank(path, headers={"Authorization": f"Token {key}"})
            response = request.get_response(app)
            if response.status_int != 200:
                raise LoadError(f"{path} answered {response.status}.")

        for _ in range(_WARM_UP):
            call()
        engine = app.registry.getUtility(IDatabase).engine
        with counted(engine) as statements:
            call()
        commands: list[str] = []
        if monitor is not None:
            with _commands(monitor, options["pulsar.redis_prefix"], commands):
                call()
    return len(statements), len(commands)


@contextmanager
def _commands(client: Redis, prefix: str, commands: list[str]) -> Iterator[None]:
    """Collect the commands that clients send during the block for keys with the prefix.

    Commands inside of scripts need no round trip, so they are not counted.
    """
    end = secrets.token_hex(8)
    with client.monitor() as stream:  # type: ignore[no-untyped-call]
        yield
        client.echo(end)
        for command in stream.listen():
            if end in command["command"]:
                return
            if command["client_type"] != "lua" and prefix in command["command"]:
                commands.append(command["command"])
