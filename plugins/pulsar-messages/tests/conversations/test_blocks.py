"""Blocks between members."""

from __future__ import annotations

from typing import Any

import pytest

from messages.conversations.models import Block
from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

PATH = "/messages/blocks"
SENTENCE = "You cannot write to one of these members."


@pytest.fixture
def block() -> Any:
    """``block(alice, bob)``: alice blocks bob."""

    def post(blocker: Person, blocked: Person, status: int = 201) -> Any:
        return blocker.client.post(PATH, {"user_id": blocked.user.id}, status=status).json

    return post


@pytest.fixture
def refused() -> Any:
    """``refused(bob, alice)``: the error response to a new conversation."""

    def post(sender: Person, *recipients: Person) -> Any:
        ids = [other.user.id for other in recipients]
        body = {"topic": "Hello", "recipient_ids": ids, "message": "Hi!"}
        return sender.client.post("/messages/conversations", body, status=403).json

    return post


class TestBlock:
    def test_list(self, alice: Person, bob: Person, carol: Person, block: Any) -> None:
        response = block(alice, bob)["response"]
        assert response["user"] == {"id": bob.user.id, "username": "bob"}
        block(alice, carol)
        page = alice.client.get(PATH, status=200).json["response"]
        assert [item["user"]["username"] for item in page["items"]] == ["carol", "bob"]
        assert bob.client.get(PATH).json["response"]["total"] == 0

    def test_twice(self, alice: Person, bob: Person, block: Any) -> None:
        block(alice, bob)
        answer = block(alice, bob, status=409)
        assert (answer["code"], answer["existing_id"]) == ("already_blocked", bob.user.id)

    def test_oneself(self, alice: Person, block: Any) -> None:
        answer = block(alice, alice, status=400)
        assert answer["errors"] == {"user_id": ["you cannot block yourself"]}

    def test_nobody(self, alice: Person) -> None:
        answer = alice.client.post(PATH, {"user_id": ABSENT}, status=400).json
        assert answer["errors"] == {"user_id": ["Invalid User id."]}

    @pytest.mark.parametrize(
        "standing", [{"user_class_id": 2}, {"grants": ("messages_ignore_blocks",)}]
    )
    def test_staff(self, alice: Person, join: Any, block: Any, standing: Any) -> None:
        answer = block(alice, join(**standing), status=403)
        assert answer["code"] == "cannot_block"
        assert answer["response"] == "This member cannot be blocked."


class TestUnblock:
    def test_they_may_write_again(self, alice: Person, bob: Person, block: Any, start: Any) -> None:
        block(alice, bob)
        answer = alice.client.delete(f"{PATH}/{bob.user.id}", status=200).json
        assert answer["response"] == f"User {bob.user.id} is no longer blocked."
        start(bob, alice)

    def test_not_blocked(self, alice: Person, bob: Person, carol: Person, block: Any) -> None:
        block(carol, bob)
        answer = alice.client.delete(f"{PATH}/{bob.user.id}", status=404).json
        assert answer["response"] == f"Block {bob.user.id} does not exist."


class TestStart:
    def test_blocked(
        self, alice: Person, bob: Person, block: Any, refused: Any, folder: Any
    ) -> None:
        block(alice, bob)
        answer = refused(bob, alice)
        assert (answer["code"], answer["response"]) == ("undeliverable", SENTENCE)
        assert folder(alice) == []

    def test_with_others(
        self, alice: Person, bob: Person, carol: Person, block: Any, refused: Any
    ) -> None:
        block(bob, alice)
        assert refused(alice, carol, bob)["response"] == SENTENCE

    def test_the_other_way(self, alice: Person, bob: Person, block: Any, start: Any) -> None:
        block(alice, bob)
        start(alice, bob)

    def test_staff(
        self, alice: Person, bob: Person, join: Any, block: Any, start: Any, db: Any
    ) -> None:
        """A block from before they became staff has no effect either."""
        moderator = join("moderator", grants=("messages_ignore_blocks",))
        db.add(Block(user_id=alice.user.id, blocked_id=moderator.user.id))
        db.commit()
        start(moderator, alice)


class TestReply:
    def test_of_two(self, alice: Person, bob: Person, block: Any, start: Any, reply: Any) -> None:
        conversation_id = start(alice, bob)
        block(alice, bob)
        assert reply(bob, conversation_id, status=403)["response"] == SENTENCE
        reply(alice, conversation_id)

    def test_of_several(
        self, alice: Person, bob: Person, carol: Person, block: Any, start: Any, reply: Any
    ) -> None:
        conversation_id = start(alice, bob, carol)
        block(alice, bob)
        reply(bob, conversation_id)


class TestAdd:
    @pytest.fixture
    def add(self, alice: Person) -> Any:
        """``add(7, carol)``: the error response when alice adds a member."""

        def post(conversation_id: int, other: Person) -> Any:
            path = f"/messages/{conversation_id}/members"
            return alice.client.post(path, {"user_ids": [other.user.id]}, status=403).json

        return post

    def test_who_blocks_them(
        self, alice: Person, bob: Person, carol: Person, block: Any, start: Any, add: Any
    ) -> None:
        conversation_id = start(alice, bob)
        block(carol, alice)
        assert add(conversation_id, carol)["response"] == SENTENCE

    def test_no_way_around(
        self, alice: Person, bob: Person, carol: Person, block: Any, start: Any, add: Any
    ) -> None:
        """With a third member, the rule for conversations of two would no longer apply."""
        conversation_id = start(alice, bob)
        block(bob, alice)
        assert add(conversation_id, carol)["code"] == "undeliverable"
