"""Fixtures of real processes of one site, started as operators start them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from pulsar.testing.processes import Process, free_port

BIN = Path(sys.executable).parent
#: On a busy machine a process starts slowly.
START_TIMEOUT = 120


@dataclass
class Served:
    """A running process, and its URL."""

    process: Process
    url: str

    def get(self, path: str, key: str = "", **options: Any) -> requests.Response:
        """Send a GET with an API key."""
        headers = {"Authorization": f"Token {key}"} if key else {}
        return requests.get(self.url + path, headers=headers, timeout=60, **options)


@pytest.fixture
def write_ini(tmp_path: Path) -> Callable[..., Path]:
    """``write_ini(site, **settings)``: an ini file for further processes of the site."""
    copied = ("sqlalchemy.url", "pulsar.secret", "pulsar.redis_url", "pulsar.redis_prefix")

    def write(site: Any, name: str = "site", **settings: str) -> Path:
        settings_by_option = {option: str(site.registry.settings[option]) for option in copied}
        settings_by_option["pulsar.cache"] = site.registry.settings["pulsar.cache"]
        settings_by_option["pulsar.plugins"] = "torrents tracker"
        lines = [f"{option} = {value}" for option, value in (settings_by_option | settings).items()]
        file = tmp_path / f"{name}.ini"
        server = [
            "[server:main]",
            "use = egg:pulsar-core",
            "host = 127.0.0.1",
            "get port = http_port",
        ]
        opening_lines = ["[DEFAULT]", "http_port = 6543", "[app:main]", "use = egg:pulsar-core"]
        file.write_text("\n".join([*opening_lines, *lines, *server, ""]))
        return file

    return write


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """``run(command, port)``: start a process, and wait until it accepts connections."""
    with ExitStack() as running:

        def start(command: list[str], port: int, *, ask: str = "/health") -> Served:
            home = tmp_path / f"process-{port}"
            home.mkdir()
            process = running.enter_context(Process(command, home))
            served = Served(process, f"http://127.0.0.1:{port}")
            if ask:
                process.wait_for(lambda: served.get(ask).ok, START_TIMEOUT, f"GET {ask}")
            return served

        yield start


@pytest.fixture
def pserve(run: Callable[..., Served]) -> Callable[..., Served]:
    """``pserve(ini)``: a process of the site on its own port."""

    def start(ini: Path, **options: Any) -> Served:
        port = free_port()
        return run([str(BIN / "pserve"), str(ini), f"http_port={port}"], port, **options)

    return start


@pytest.fixture
def gunicorn(run: Callable[..., Served]) -> Callable[..., Served]:
    """``gunicorn(ini, *options)``: gunicorn with two processes that answer requests."""

    def start(ini: Path, *words: str) -> Served:
        port = free_port()
        command = [str(BIN / "gunicorn"), "--paste", str(ini), "--bind", f"127.0.0.1:{port}"]
        threads = ["--workers", "2", "--worker-class", "gthread", "--threads", "2"]
        return run([*command, *threads, "--keep-alive", "60", *words], port)

    return start
