"""Replying in conversations."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

PATH = "/messages/replies"


class TestReply:
    def test_what_is_shown(self, alice: Person, bob: Person, start: Any, show: Any) -> None:
        conversation_id = start(alice, bob)
        body = {"conv_id": conversation_id, "message": "[b]And?[/b]", "format": "bbcode"}
        response = bob.client.post(PATH, body, status=201).json["response"]
        assert response == show(alice, conversation_id)["messages"]["items"][1]
        assert (response["conv_id"], response["contents"]) == (conversation_id, "[b]And?[/b]")
        assert response["user"] == {"id": bob.user.id, "username": "bob"}

    def test_what_becomes_of_the_others(
        self,
        alice: Person,
        bob: Person,
        carol: Person,
        start: Any,
        reply: Any,
        show: Any,
        folder: Any,
    ) -> None:
        conversation_id = start(alice, bob, carol)
        show(carol, conversation_id)
        message = reply(bob, conversation_id)
        for other in (alice, carol):
            (conversation,) = folder(other)
            assert (conversation["read"], conversation["last_response_time"]) == (
                False,
                message["time"],
            )
            assert conversation["messages_count"] == 2

    def test_what_becomes_of_the_author(
        self, alice: Person, bob: Person, start: Any, reply: Any, folder: Any
    ) -> None:
        """Writing does not mark as read, since another message may have arrived before."""
        conversation_id = start(alice, bob)
        before = folder(bob)[0]["last_response_time"]
        reply(bob, conversation_id)
        (conversation,) = folder(bob)
        assert (conversation["read"], conversation["last_response_time"]) == (False, before)

    def test_it_comes_back(
        self, alice: Person, bob: Person, start: Any, reply: Any, mark: Any, folder: Any
    ) -> None:
        conversation_id = start(alice, bob)
        mark(bob, conversation_id, deleted=True)
        mark(alice, conversation_id, deleted=True)
        reply(alice, conversation_id)
        assert [conversation["id"] for conversation in folder(bob)] == [conversation_id]
        assert [conversation["id"] for conversation in folder(alice, "filter=sentbox")] == [
            conversation_id
        ]

    @pytest.mark.parametrize("name", ["carol", "boss"])
    def test_outsiders(
        self,
        request: pytest.FixtureRequest,
        alice: Person,
        bob: Person,
        start: Any,
        reply: Any,
        show: Any,
        name: str,
    ) -> None:
        outsider, new_id = request.getfixturevalue(name), start(alice, bob)
        for conversation_id in (new_id, ABSENT):
            answer = reply(outsider, conversation_id, status=400)
            assert answer["errors"] == {"conv_id": ["Invalid PrivateConversation id."]}
        assert show(alice, new_id)["messages_count"] == 1

    @pytest.mark.parametrize(
        ("changed", "errors"),
        [
            ({"conv_id": "1"}, {"conv_id": ["expected int"]}),
            ({"message": ""}, {"message": ["length of value must be at least 1"]}),
            ({"message": " "}, {"message": ["value must not be blank"]}),
            ({"message": "x" * 250_001}, {"message": ["length of value must be at most 250000"]}),
            (
                {"format": "html"},
                {"format": ["value is not allowed: choose one of bbcode, markdown"]},
            ),
        ],
    )
    def test_wrong(self, alice: Person, bob: Person, start: Any, changed: Any, errors: Any) -> None:
        body = {"conv_id": start(alice, bob), "message": "And?", **changed}
        assert alice.client.post(PATH, body, status=400).json["errors"] == errors

    def test_sql(
        self, alice: Person, bob: Person, join: Any, start: Any, reply: Any, count_sql: Any
    ) -> None:
        """A reply takes as many statements with many members as with three."""
        small, large = (start(alice, bob, *(join() for _ in range(more))) for more in (1, 8))
        numbers = []
        for conversation_id in (small, large):
            reply(bob, conversation_id)
            with count_sql() as statements:
                reply(alice, conversation_id)
            numbers.append(len(statements))
        assert numbers[0] == numbers[1]
