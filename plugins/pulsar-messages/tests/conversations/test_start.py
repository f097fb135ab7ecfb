"""Starting conversations."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from messages.conversations.models import Conversation
from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

PATH = "/messages/conversations"
#: Invalid input and the expected errors. Recipient 0 stands for bob.
WRONG: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"topic": ""}, {"topic": ["length of value must be at least 1"]}),
    ({"topic": " \n"}, {"topic": ["value must not be blank"]}),
    ({"topic": "x" * 129}, {"topic": ["length of value must be at most 128"]}),
    ({"message": ""}, {"message": ["length of value must be at least 1"]}),
    ({"message": "\t "}, {"message": ["value must not be blank"]}),
    ({"message": "x" * 250_001}, {"message": ["length of value must be at most 250000"]}),
    ({"format": "html"}, {"format": ["value is not allowed: choose one of bbcode, markdown"]}),
    ({"recipient_ids": []}, {"recipient_ids": ["length of value must be at least 1"]}),
    ({"recipient_ids": [5, 5]}, {"recipient_ids": ["values must be different"]}),
    ({"recipient_ids": [0.5]}, {"recipient_ids.0": ["expected int"]}),
    ({"recipient_ids": [ABSENT]}, {"recipient_ids": ["Invalid User id."]}),
    (
        {"recipient_ids": [*range(1, 102)]},
        {"recipient_ids": ["length of value must be at most 100"]},
    ),
    ({"topic": None, "message": 7}, {"topic": ["expected str"], "message": ["expected str"]}),
]


@pytest.fixture
def body(bob: Person) -> dict[str, Any]:
    """A conversation with bob."""
    return {
        "topic": "  Hello ",
        "recipient_ids": [bob.user.id],
        "message": "**Hi!**",
        "format": "markdown",
    }


class TestStart:
    def test_what_is_shown(self, alice: Person, bob: Person, body: dict[str, Any]) -> None:
        answer = alice.client.post(PATH, body, status=201)
        response = answer.json["response"]
        assert answer.location.endswith(f"{PATH}/{response['id']}")
        (message,) = response.pop("messages")["items"]
        users = [{"id": who.user.id, "username": who.user.username} for who in (alice, bob)]
        assert message == {
            "id": message["id"],
            "conv_id": response["id"],
            "user": users[0],
            "time": message["time"],
            "contents": "**Hi!**",
            "format": "markdown",
            "contents_html": message["contents_html"],
        }
        assert "<strong>Hi!</strong>" in message["contents_html"]
        assert response == {
            "id": response["id"],
            "topic": "Hello",
            "creator": users[0],
            "created": response["created"],
            "members": users,
            "messages_count": 1,
            "last_message": {"id": message["id"], "user": users[0], "time": message["time"]},
            "last_response_time": None,
            "read": True,
            "starred": False,
            "deleted": False,
            "locked": False,
        }

    def test_recipient(self, alice: Person, bob: Person, body: dict[str, Any], folder: Any) -> None:
        message = alice.client.post(PATH, body, status=201).json["response"]["messages"]["items"][0]
        (conversation,) = folder(bob)
        assert (conversation["read"], conversation["last_response_time"]) == (
            False,
            message["time"],
        )

    def test_usual_format(self, alice: Person, body: dict[str, Any]) -> None:
        del body["format"]
        response = alice.client.post(PATH, body, status=201).json["response"]
        assert response["messages"]["items"][0]["format"] == "bbcode"

    def test_several(
        self, alice: Person, bob: Person, carol: Person, start: Any, show: Any
    ) -> None:
        conversation = show(carol, start(alice, bob, carol))
        names = [member["username"] for member in conversation["members"]]
        assert names == ["alice", "bob", "carol"]

    @pytest.mark.parametrize(("changed", "errors"), WRONG)
    def test_wrong(
        self,
        alice: Person,
        body: dict[str, Any],
        changed: dict[str, Any],
        errors: dict[str, list[str]],
        db: Any,
    ) -> None:
        answer = alice.client.post(PATH, {**body, **changed}, status=400).json
        assert (answer["code"], answer["errors"]) == ("invalid", errors)
        assert db.scalar(select(func.count()).select_from(Conversation)) == 0

    def test_missing(self, alice: Person) -> None:
        answer = alice.client.post(PATH, {}, status=400).json
        assert answer["errors"].keys() == {"topic", "recipient_ids", "message"}

    def test_oneself(self, alice: Person, bob: Person, body: dict[str, Any]) -> None:
        body["recipient_ids"] = [bob.user.id, alice.user.id]
        answer = alice.client.post(PATH, body, status=400).json
        assert answer["errors"] == {"recipient_ids": ["you cannot write to yourself"]}

    def test_disabled(self, alice: Person, body: dict[str, Any], join: Any) -> None:
        body["recipient_ids"] = [join(enabled=False).user.id]
        answer = alice.client.post(PATH, body, status=400).json
        assert answer["errors"] == {"recipient_ids": ["Invalid User id."]}

    def test_several_without_the_permission(
        self, bob: Person, alice: Person, carol: Person, body: dict[str, Any]
    ) -> None:
        body["recipient_ids"] = [alice.user.id, carol.user.id]
        answer = bob.client.post(PATH, body, status=403).json
        assert answer["code"] == "no_multiple_users"
        assert answer["response"] == "You cannot create a conversation with multiple users."

    def test_too_many(
        self,
        alice: Person,
        bob: Person,
        carol: Person,
        body: dict[str, Any],
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(registry.settings, "messages.max_members", 2)
        alice.client.post(PATH, body, status=201)
        body["recipient_ids"] = [bob.user.id, carol.user.id]
        answer = alice.client.post(PATH, body, status=400).json
        assert answer["code"] == "too_many_members"
        assert answer["response"] == "A conversation has 2 members at the most."
