"""Fixtures of the end-to-end tests: the running site, its members, and the installed programs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from .api import Api
from .client_tools import TOOLS
from .server import Server

PASSWORD = "Correct-horse 1 battery!"


@pytest.fixture(scope="session", autouse=True)
def direct_connections() -> Iterator[None]:
    """Requests to loopback addresses bypass the developer's proxy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1")
        yield


@pytest.fixture(scope="session")
def require() -> Callable[..., None]:
    """``require(*programs)``: skip the test if a program is missing; fail instead if CI=true."""

    def require_programs(*programs: str) -> None:
        missing = sorted({program for program in programs if shutil.which(program) is None})
        if missing:
            sentence = f"Not installed: {', '.join(missing)}. Run `make e2e-deps`."
            if os.environ.get("CI") == "true":
                pytest.fail(sentence)
            pytest.skip(sentence)

    return require_programs


@pytest.fixture(scope="session")
def client_tools() -> None:
    """Skip the test if `make client-tools` was not run; fail instead if CI=true."""
    if not (TOOLS / "installed").exists():
        sentence = "Generators of clients are not installed. Run `make client-tools`."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)


@pytest.fixture(scope="session")
def server(direct_connections: None) -> Iterator[Server]:
    """The site, running on its own empty database."""
    with Server() as running:
        yield running


@pytest.fixture(autouse=True)
def server_survives(server: Server) -> Iterator[None]:
    """Fail with the site's log if the site ended during the test."""
    yield
    server.check()


@pytest.fixture(scope="session")
def uploader(server: Server) -> Api:
    """The API, called by one member."""
    return register(server, "uploader")


@pytest.fixture(scope="session")
def downloader(server: Server) -> Api:
    """The API, called by another member."""
    return register(server, "downloader")


def register(server: Server, username: str) -> Api:
    """Register a member, and return the API with a key of the member."""
    anonymous = Api(server.url)
    anonymous.post("/users", username=username, password=PASSWORD, email=f"{username}@example.com")
    key = anonymous.post("/api_keys", username=username, password=PASSWORD)["key"]
    return Api(server.url, key)
