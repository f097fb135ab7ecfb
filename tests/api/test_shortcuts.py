"""The replacements for parts of Pyramid change only the speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import transaction
from sqlalchemy import Connection

from pulsar import framework
from pulsar.configuration import make_configurator
from pulsar.db.session import Database
from pulsar.framework.transactions import manager, manager_hook
from pulsar.interfaces import ICache, ILifecycle
from pulsar.middleware import SafeHeaders, StripVirtualHostRoot
from pulsar.testing.backends import Backend
from pulsar.testing.client import JSON, Client
from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World

from .conftest import described

#: One of this number of endpoints is tested, for each method.
STEP = 10
SHORTCUTS = framework.SHORTCUTS


def sample() -> list[Operation]:
    """Some endpoints of each method."""
    by_method: dict[str, list[Operation]] = {}
    for operation in described():
        by_method.setdefault(operation.method, []).append(operation)
    return [operation for each in by_method.values() for operation in each[::STEP]]


@pytest.fixture
def without(
    migrated: Backend,
    connection: Connection,
    pulsar_settings: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Any]:
    """``without(name)``: the application without one of the replacements."""

    def make(name: str) -> Any:
        shortcuts = tuple(shortcut for shortcut in SHORTCUTS if shortcut != name)
        monkeypatch.setattr(framework, "SHORTCUTS", shortcuts)
        late = "transactions" in shortcuts
        database = Database(connection, manager if late else transaction.manager)
        config = make_configurator({**pulsar_settings, **migrated.settings, "database": database})
        config.commit()
        assert config.registry.settings.get("tm.manager_hook") is (manager_hook if late else None)
        config.registry.getUtility(ILifecycle).enabled = False
        return StripVirtualHostRoot(SafeHeaders(config.make_wsgi_app()))

    return make


@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_same_answers_without(shortcut: str, world: World, without: Callable[[str], Any]) -> None:
    app = without(shortcut)
    different = []
    for operation in sample():
        caller = world.caller(operation)
        key = world.factory.key(caller.user)
        path = world.path(operation)
        if operation.takes_body:
            world.body(operation)
        answers = []
        for site in (caller.client.app, app):
            site.registry.getUtility(ICache).clear()
            with world.undone():
                answers.append(told(world.call(operation, Client(site, key), path)))
        if answers[0] != answers[1]:
            different.append(f"{operation}: {answers[0]} and without {answers[1]}")
    assert different == []


@pytest.mark.parametrize("shortcut", SHORTCUTS)
def test_same_refusals_without(shortcut: str, world: World, without: Callable[[str], Any]) -> None:
    app = without(shortcut)
    key = world.factory.key(world.person("member").user)
    for method, path, callers_key in (
        ("GET", "/users/me", None),
        ("GET", "/users/me", "x" * 24),
        ("PATCH", "/users/me", key),
        ("GET", "/nowhere", key),
        ("GET", "/users/9999999", key),
        ("POST", "/api_keys", key),
        ("OPTIONS", "/users", None),
        ("HEAD", "/users/me", key),
    ):
        answers = [
            told(Client(site, callers_key).request(method, path))
            for site in (world.nobody.app, app)
        ]
        assert answers[0] == answers[1], f"{method} {path}"


def test_not_modified_without_the_response(world: World, without: Callable[[str], Any]) -> None:
    app = without("response")
    client = Client(app, world.factory.key(world.person("member").user))
    tag = client.get("/users/me", status=200).headers["ETag"]
    answer = client.request("GET", "/users/me", headers={"If-None-Match": tag})
    assert (answer.status_int, answer.body) == (304, b"")


def told(answer: Any) -> tuple[int, list[str], str | None, Any]:
    """Return the stable parts of a response: status, headers, and the form of the body."""
    headers = sorted({name.lower() for name in answer.headers})
    body = form(answer.json) if answer.content_type == JSON and answer.body else bool(answer.body)
    return answer.status_int, headers, answer.headers.get("Content-Type"), body


def form(value: Any) -> Any:
    """Return the names of a JSON value's members, and the types of their values."""
    if isinstance(value, dict):
        # The contents of the process's memory differ, and so do the keys that are looked up.
        return {name: form(inner) for name, inner in value.items() if name != "cache_keys"}
    if isinstance(value, list):
        return [form(inner) for inner in value]
    return type(value).__name__
