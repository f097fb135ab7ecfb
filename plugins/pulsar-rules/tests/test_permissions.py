"""The permissions of the endpoints of rules."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

VIEW, HISTORY, MODIFY = "rules_view", "rules_view_history", "rules_modify"
TEXT = {"name": "Law", "rules": []}

#: In an order in which each request finds the section.
ENDPOINTS: dict[str, tuple[str, str, str, dict[str, Any] | None]] = {
    "list": ("GET", "/rules", VIEW, None),
    "show": ("GET", "/rules/{section}", VIEW, None),
    "create": ("POST", "/rules", MODIFY, {"id": "new", **TEXT}),
    "edit": ("PUT", "/rules/{section}", MODIFY, {**TEXT, "revision": 1}),
    "revisions": ("GET", "/rules/{section}/revisions", HISTORY, None),
    "revision": ("GET", "/rules/{section}/revisions/1", HISTORY, None),
    "diff": ("GET", "/rules/{section}/revisions/1/diff", HISTORY, None),
    "rollback": ("POST", "/rules/{section}/revisions/1/rollback", MODIFY, {}),
    "restore": ("POST", "/rules/{section}/restore", MODIFY, {}),
    "delete": ("DELETE", "/rules/{section}", MODIFY, {}),
}


@pytest.fixture
def call(path: str) -> Any:
    """``call(client, "show", section="law")``: the status of the response."""

    def send(client: Client, endpoint: str, section: str = "law") -> int:
        method, where, _, body = ENDPOINTS[endpoint]
        where = where.format(section=section)
        if method == "GET":
            return client.get(where).status_int
        return getattr(client, method.lower())(where, body or None).status_int

    return send


@pytest.fixture
def answers(call: Any) -> Any:
    """``answers(client)``: the status of each endpoint."""
    return lambda client: {endpoint: call(client, endpoint) for endpoint in ENDPOINTS}


@pytest.fixture
def somebody(client: Client, factory: Factory) -> Any:
    """``somebody(scope..., grants=...)``: a client with a key of a new member."""

    def make(*scope: str, **kwargs: Any) -> Client:
        return client.as_key(factory.key(factory.user(**kwargs), *scope))

    return make


def success(endpoint: str) -> int:
    """The status of a successful response of the endpoint."""
    return 201 if endpoint == "create" else 200


class TestEndpoints:
    """The default permissions of classes. The walk tests that each permission is required."""

    def test_member(self, member: Client, answers: Any) -> None:
        reading = {name for name, (_, _, needed, _) in ENDPOINTS.items() if needed == VIEW}
        assert answers(member) == {name: 200 if name in reading else 403 for name in ENDPOINTS}

    def test_historian(self, somebody: Any, answers: Any) -> None:
        allowed = {name for name, (_, _, needed, _) in ENDPOINTS.items() if needed != MODIFY}
        statuses = answers(somebody(grants=(HISTORY,)))
        assert statuses == {name: 200 if name in allowed else 403 for name in ENDPOINTS}

    def test_editor_and_staff(self, somebody: Any, staff: Client, call: Any) -> None:
        editor = somebody(grants=(MODIFY,))
        for client in (editor, staff):
            for endpoint in ENDPOINTS.keys() - {"create", "edit", "delete"}:
                assert call(client, endpoint) == 200, endpoint

    def test_key(self, somebody: Any, call: Any) -> None:
        for endpoint, (_, _, needed, _) in ENDPOINTS.items():
            caller = somebody(VIEW, needed, grants=(HISTORY, MODIFY))
            assert call(caller, endpoint) == success(endpoint), endpoint

    def test_sight(self, somebody: Any, call: Any) -> None:
        """Callers who may not see rules cannot find out which sections exist."""
        blind = somebody(grants=(HISTORY, MODIFY), denials=(VIEW,))
        for endpoint, (_, where, _, _) in ENDPOINTS.items():
            if "{section}" in where:
                assert call(blind, endpoint) == call(blind, endpoint, "missing") == 403
