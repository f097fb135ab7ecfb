"""The permissions of the endpoints of conversations."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

#: In an order in which each request finds the objects it needs.
ENDPOINTS = {
    "list": ("GET", "/messages/conversations", "messages_view"),
    "count": ("GET", "/messages/counts", "messages_view"),
    "start": ("POST", "/messages/conversations", "messages_create"),
    "show": ("GET", "/messages/conversations/{id}", "messages_view"),
    "mark": ("PUT", "/messages/conversations/{id}", "messages_modify"),
    "mark several": ("PUT", "/messages/conversations", "messages_modify"),
    "reply": ("POST", "/messages/replies", "messages_send"),
    "add": ("POST", "/messages/{id}/members", "messages_add_multiple_users"),
    "leave": ("DELETE", "/messages/{id}/members", "messages_view"),
    "blocks": ("GET", "/messages/blocks", "messages_view"),
    "block": ("POST", "/messages/blocks", "messages_modify"),
    "unblock": ("DELETE", "/messages/blocks/{blocked}", "messages_modify"),
}
OF_CONVERSATIONS = ("show", "mark", "add", "leave")


@pytest.fixture
def call(alice: Person, carol: Person, join: Any, start: Any) -> Any:
    """``call(caller, "show")``: the status of the response to a member of a conversation."""
    added: int = join("erin").user.id
    conversation_ids: dict[int, int] = {}

    def send(caller: Person, endpoint: str, path_id: int | None = None) -> int:
        own = conversation_ids.get(caller.user.id) or start(alice, caller)
        conversation_ids[caller.user.id] = own
        method, path, _ = ENDPOINTS[endpoint]
        bodies: dict[str, Any] = {
            "start": {"topic": "x", "recipient_ids": [added], "message": "x"},
            "mark": {"starred": True},
            "mark several": {"conversation_ids": [own], "starred": True},
            "reply": {"conv_id": own, "message": "x"},
            "add": {"user_ids": [added]},
            "leave": {"user_ids": [caller.user.id]},
            "block": {"user_id": carol.user.id},
        }
        path = path.format(id=path_id or own, blocked=carol.user.id)
        if method == "GET":
            return int(caller.client.get(path).status_int)
        client = getattr(caller.client, method.lower())
        return int(client(path, bodies.get(endpoint)).status_int)

    return send


@pytest.fixture
def answers(call: Any) -> Any:
    """``answers(caller)``: the status of each endpoint."""
    return lambda caller: {endpoint: call(caller, endpoint) for endpoint in ENDPOINTS}


def success(endpoint: str) -> int:
    """The status of a successful response of the endpoint."""
    return 201 if endpoint in ("start", "reply", "block") else 200


class TestEndpoints:
    def test_nobody(self, client: Any, bob: Person, answers: Any) -> None:
        assert answers(Person(bob.user, client)) == dict.fromkeys(ENDPOINTS, 401)

    def test_member(self, bob: Person, answers: Any) -> None:
        expected = {endpoint: success(endpoint) for endpoint in ENDPOINTS}
        assert answers(bob) == {**expected, "add": 403}

    def test_member_who_may_add(self, join: Any, answers: Any) -> None:
        statuses = answers(join(grants=("messages_add_multiple_users",)))
        assert statuses == {endpoint: success(endpoint) for endpoint in ENDPOINTS}

    @pytest.mark.parametrize("endpoint", ENDPOINTS)
    def test_without(self, join: Any, call: Any, endpoint: str) -> None:
        needed = ENDPOINTS[endpoint][2]
        held = {"messages_add_multiple_users"} - {needed}
        assert call(join(denials=(needed,), grants=held), endpoint) == 403

    @pytest.mark.parametrize("endpoint", ENDPOINTS)
    def test_key_for_it(self, join: Any, call: Any, endpoint: str) -> None:
        needed = ENDPOINTS[endpoint][2]
        grants = {"messages_add_multiple_users"}
        caller = join(None, "messages_view", needed, grants=grants)
        if endpoint == "unblock":
            call(caller, "block")
        assert call(caller, endpoint) == success(endpoint)

    def test_key_that_leaves_it_out(self, join: Any, answers: Any) -> None:
        caller = join(None, "users_view", grants=("messages_add_multiple_users",))
        assert answers(caller) == dict.fromkeys(ENDPOINTS, 403)

    def test_locked(self, join: Any, answers: Any) -> None:
        assert answers(join(locked=True)) == dict.fromkeys(ENDPOINTS, 403)


class TestSight:
    @pytest.mark.parametrize("endpoint", OF_CONVERSATIONS)
    def test_missing_and_existing_look_alike(
        self, join: Any, call: Any, alice: Person, bob: Person, start: Any, endpoint: str
    ) -> None:
        foreign = start(alice, bob)
        for outsider in (
            join(denials=("messages_view",)),
            join(),
            join(grants=("messages_add_multiple_users",)),
        ):
            here, gone = call(outsider, endpoint, foreign), call(outsider, endpoint, ABSENT)
            assert here == gone in (403, 404)

    def test_outsider(self, carol: Person, alice: Person, bob: Person, start: Any) -> None:
        foreign = start(alice, bob)
        carol.client.get(f"/messages/conversations/{foreign}", status=404)


class TestViewOthers:
    def test_seeing_is_all(
        self, join: Any, alice: Person, bob: Person, start: Any, show: Any
    ) -> None:
        conversation_id = start(alice, bob)
        moderator = join("moderator", grants=("messages_view_others",))
        conversation = show(moderator, conversation_id)
        assert (
            conversation["read"],
            conversation["starred"],
            conversation["last_response_time"],
        ) == (True, False, None)
        assert len(conversation["messages"]["items"]) == 1
        moderator.client.put(
            f"/messages/conversations/{conversation_id}", {"locked": True}, status=403
        )

    def test_restricted_key(self, join: Any, alice: Person, bob: Person, start: Any) -> None:
        conversation_id = start(alice, bob)
        reader = join(None, "messages_view", user_class_id=2)
        reader.client.get(f"/messages/conversations/{conversation_id}", status=404)
        reader.client.get(f"/messages/conversations?user_id={bob.user.id}", status=403)
