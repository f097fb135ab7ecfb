"""Notifications of private messages."""

from __future__ import annotations

from typing import Any

from pulsar.testing.site_model import Person


class TestReceived:
    def test_once_until_it_is_read(
        self, alice: Person, bob: Person, start: Any, reply: Any, show: Any, told: Any
    ) -> None:
        conversation_id = start(alice, bob, topic="Tulips")
        contents = {"conv_id": conversation_id, "topic": "Tulips", "from": "alice"}
        assert told(bob) == [contents]
        reply(alice, conversation_id)
        assert told(bob) == [contents]
        show(bob, conversation_id)
        assert told(bob) == []
        reply(alice, conversation_id)
        assert told(bob) == [contents]

    def test_author(self, alice: Person, bob: Person, start: Any, reply: Any, told: Any) -> None:
        conversation_id = start(alice, bob)
        assert told(alice) == []
        reply(bob, conversation_id)
        assert [notification["from"] for notification in told(alice)] == ["bob"]

    def test_each_conversation(self, alice: Person, bob: Person, start: Any, told: Any) -> None:
        conversation_ids = [start(alice, bob), start(alice, bob)]
        assert [notification["conv_id"] for notification in told(bob)] == conversation_ids[::-1]

    def test_marked(
        self, alice: Person, bob: Person, start: Any, mark: Any, told: Any, reply: Any
    ) -> None:
        conversation_id = start(alice, bob)
        mark(bob, conversation_id, read=True)
        assert told(bob) == []
        mark(bob, conversation_id, read=False)
        reply(alice, conversation_id)
        assert told(bob) == []

    def test_deleted(
        self, alice: Person, bob: Person, start: Any, mark: Any, told: Any, reply: Any
    ) -> None:
        conversation_id = start(alice, bob)
        mark(bob, conversation_id, deleted=True)
        assert told(bob) == []
        reply(alice, conversation_id)
        assert len(told(bob)) == 1

    def test_several_marked(self, alice: Person, bob: Person, start: Any, told: Any) -> None:
        body = {"conversation_ids": [start(alice, bob), start(alice, bob)], "read": True}
        bob.client.put("/messages/conversations", body, status=200)
        assert told(bob) == []

    def test_added_and_removed(
        self, alice: Person, bob: Person, carol: Person, start: Any, told: Any
    ) -> None:
        path, body = f"/messages/{start(alice, bob)}/members", {"user_ids": [carol.user.id]}
        alice.client.post(path, body, status=200)
        assert len(told(carol)) == 1
        alice.client.delete(path, body, status=200)
        assert told(carol) == []
        alice.client.post(path, body, status=200)
        assert len(told(carol)) == 1

    def test_outsiders(
        self,
        alice: Person,
        bob: Person,
        carol: Person,
        boss: Person,
        start: Any,
        reply: Any,
        told: Any,
    ) -> None:
        reply(bob, start(alice, bob))
        for outsider in (carol, boss):
            assert told(outsider) == []
            counts = outsider.client.get("/notifications/unread", status=200).json["response"]
            assert counts["messages_received"] == 0
