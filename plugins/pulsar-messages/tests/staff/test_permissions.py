"""The permissions of the endpoints of messages to staff."""

from __future__ import annotations

from typing import Any

import pytest

from messages.staff.examples import canned
from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

#: In an order in which each request finds the objects it needs.
OF_MEMBERS = {
    "list": ("GET", "/staff_messages", "view_staff_pm"),
    "ask": ("POST", "/staff_messages", "send_staff_pm"),
    "show": ("GET", "/staff_messages/{id}", "view_staff_pm"),
    "reply": ("POST", "/staff_messages/{id}/replies", "send_staff_pm"),
    "resolve": ("POST", "/staff_messages/{id}/resolve", "resolve_staff_pm"),
    "unresolve": ("POST", "/staff_messages/{id}/unresolve", "resolve_staff_pm"),
}
OF_STAFF = {
    "edit": ("PUT", "/staff_messages/{id}", "staff_pm_handle"),
    "answers": ("GET", "/staff_messages/answers", "staff_pm_handle"),
    "write": ("POST", "/staff_messages/answers", "staff_pm_answers"),
    "rewrite": ("PUT", "/staff_messages/answers/{answer}", "staff_pm_answers"),
    "delete": ("DELETE", "/staff_messages/answers/{answer}", "staff_pm_answers"),
}
ENDPOINTS = {**OF_MEMBERS, **OF_STAFF}
BODIES = {
    "ask": {"topic": "x", "message": "x"},
    "reply": {"message": "x"},
    "edit": {"status": "answered"},
    "write": {"name": "x", "contents": "x"},
    "rewrite": {"contents": "x"},
}
STAFF = ("staff_pm_handle", "staff_pm_answers")


@pytest.fixture
def call(bob: Person, boss: Person, ask: Any) -> Any:
    """``call(caller, "show", 7)``: the status of the response."""
    ticket_id, answer_id = ask(bob), canned(boss.client, "Canned")

    def send(caller: Person, endpoint: str, path_id: int = ticket_id) -> int:
        method, path, _ = ENDPOINTS[endpoint]
        path = path.format(id=path_id, answer=answer_id)
        if method == "GET":
            return int(caller.client.get(path).status_int)
        if endpoint == "unresolve":
            boss.client.post(f"/staff_messages/{path_id}/resolve")
        client = getattr(caller.client, method.lower())
        return int(client(path, BODIES.get(endpoint)).status_int)

    return send


@pytest.fixture
def answers(call: Any) -> Any:
    """``answers(caller)``: the status of each endpoint."""
    return lambda caller: {endpoint: call(caller, endpoint) for endpoint in ENDPOINTS}


def success(endpoint: str) -> int:
    """The status of a successful response of the endpoint."""
    return 201 if endpoint in ("ask", "reply", "write") else 200


class TestEndpoints:
    def test_nobody(self, client: Any, bob: Person, answers: Any) -> None:
        assert answers(Person(bob.user, client)) == dict.fromkeys(ENDPOINTS, 401)

    def test_whose_it_is(self, bob: Person, answers: Any) -> None:
        own = {endpoint: success(endpoint) for endpoint in OF_MEMBERS}
        assert answers(bob) == {**own, **dict.fromkeys(OF_STAFF, 403)}

    def test_other_member(self, carol: Person, answers: Any) -> None:
        statuses = answers(carol)
        assert {endpoint: statuses[endpoint] for endpoint in ("list", "ask")} == {
            "list": 200,
            "ask": 201,
        }
        assert {
            statuses[endpoint] for endpoint in OF_MEMBERS if "{id}" in ENDPOINTS[endpoint][1]
        } == {404}
        assert {statuses[endpoint] for endpoint in OF_STAFF} == {403}

    def test_staff(self, join: Any, answers: Any) -> None:
        statuses = answers(join(grants=STAFF))
        assert statuses == {endpoint: success(endpoint) for endpoint in ENDPOINTS}

    @pytest.mark.parametrize("endpoint", ENDPOINTS)
    def test_without(self, join: Any, call: Any, endpoint: str) -> None:
        needed = ENDPOINTS[endpoint][2]
        caller = join(denials=(needed,), grants={*STAFF} - {needed})
        assert call(caller, endpoint) == 403

    def test_seeing_ones_own_is_not_handling(self, join: Any, call: Any) -> None:
        caller = join(grants=("view_staff_pm",))
        assert (call(caller, "show"), call(caller, "edit")) == (404, 403)

    @pytest.mark.parametrize("endpoint", ENDPOINTS)
    def test_key_for_it(self, join: Any, call: Any, endpoint: str) -> None:
        scope = {"view_staff_pm", "staff_pm_handle", ENDPOINTS[endpoint][2]}
        assert call(join(None, *scope, grants=STAFF), endpoint) == success(endpoint)

    def test_key_that_leaves_it_out(self, join: Any, answers: Any) -> None:
        caller = join(None, "users_view", grants=STAFF)
        assert answers(caller) == dict.fromkeys(ENDPOINTS, 403)

    def test_locked(self, join: Any, answers: Any) -> None:
        kept_when_locked = {"view_staff_pm", "send_staff_pm", "resolve_staff_pm"}
        statuses = answers(join(locked=True, grants=STAFF))
        refused = {endpoint for endpoint, status in statuses.items() if status == 403}
        assert refused == {
            endpoint
            for endpoint, (_, _, needed) in ENDPOINTS.items()
            if needed not in kept_when_locked
        }


class TestSight:
    @pytest.mark.parametrize("endpoint", ["show", "reply", "resolve", "unresolve", "edit"])
    def test_missing_and_existing_look_alike(self, join: Any, call: Any, endpoint: str) -> None:
        for outsider in (join(), join(denials=("view_staff_pm",))):
            assert call(outsider, endpoint) == call(outsider, endpoint, ABSENT) in (403, 404)
