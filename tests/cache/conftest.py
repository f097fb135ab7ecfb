"""Both caches for the suite that every cache must pass, and a Redis server to take away."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisAway
from redis.retry import Retry

from pulsar.cache import MemoryCache, RedisCache
from pulsar.testing.backends import Backend, leave_out


@pytest.fixture
def cache(backend: Backend) -> Any:
    """An empty cache."""
    if backend.redis_url is None:
        return MemoryCache()
    prefix = backend.settings["pulsar.redis_prefix"]
    return RedisCache(backend.redis_url, f"{prefix}{uuid4()}:")


@pytest.fixture
def pass_time(cache: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """``pass_time(seconds)``: let the cache's entries age, without waiting."""
    now = time.monotonic()

    def in_memory(seconds: int) -> None:
        clock = SimpleNamespace(monotonic=lambda: now + seconds)
        monkeypatch.setattr("pulsar.cache.memory.time", clock)

    def in_redis(seconds: int) -> None:
        client = cache._redis
        for key in client.scan_iter(f"{cache._prefix}*"):
            left = client.pttl(key)
            if left >= 0:
                client.pexpire(key, left - seconds * 1000)

    return in_memory if isinstance(cache, MemoryCache) else in_redis


class Server:
    """A Redis of the test's own, which keeps its data while it is stopped."""

    def __init__(self, binary: str, folder: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "60 1"]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            self._command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # With a connection of its own: the pool of whom is tested must meet the new server itself.
        retry = Retry(ConstantBackoff(0.02), 500)
        with Redis.from_url(self.url, retry=retry, retry_on_error=[RedisAway]) as client:
            client.ping()

    def stop(self) -> None:
        """Let it save and end."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running Redis that the test may stop and start."""
    binary = shutil.which("redis-server")
    if binary is None:
        leave_out("left out: there is no redis-server to start")
    made = Server(binary, tmp_path)
    made.start()
    yield made
    made.stop()
