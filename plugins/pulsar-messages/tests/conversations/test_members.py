"""Adding members to conversations, removing them, leaving."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person


@pytest.fixture
def conversation_id(alice: Person, bob: Person, start: Any) -> int:
    """A conversation of alice and bob."""
    conversation_id: int = start(alice, bob, message="From the start")
    return conversation_id


@pytest.fixture
def change(conversation_id: int) -> Any:
    """``change(alice, "POST", carol, status=200)``: the response, or all of an error response."""

    def send(caller: Person, method: str, *others: Person | int, status: int = 200) -> Any:
        ids = [other if isinstance(other, int) else other.user.id for other in others]
        call = caller.client.post if method == "POST" else caller.client.delete
        answer = call(f"/messages/{conversation_id}/members", {"user_ids": ids}, status=status).json
        return sorted(item["username"] for item in answer["response"]) if status == 200 else answer

    return send


class TestAdd:
    def test_they_see_everything(
        self,
        alice: Person,
        carol: Person,
        conversation_id: int,
        change: Any,
        show: Any,
        folder: Any,
    ) -> None:
        assert change(alice, "POST", carol) == ["alice", "bob", "carol"]
        (conversation,) = folder(carol)
        assert (conversation["id"], conversation["read"]) == (conversation_id, False)
        opened = show(carol, conversation_id)
        assert opened["messages"]["items"][0]["contents"] == "From the start"
        assert opened["last_response_time"] == opened["messages"]["items"][0]["time"]
        assert {member["username"] for member in opened["members"]} == {"alice", "bob", "carol"}

    def test_they_are_there(
        self,
        alice: Person,
        bob: Person,
        carol: Person,
        change: Any,
        show: Any,
        conversation_id: int,
    ) -> None:
        answer = change(alice, "POST", carol, bob, alice, status=400)
        assert answer["code"] == "already_members"
        assert answer["response"] == (
            "The following members are already in the conversation: alice, bob."
        )
        assert len(show(alice, conversation_id)["members"]) == 2

    def test_invalid_ones(self, alice: Person, carol: Person, join: Any, change: Any) -> None:
        for wrong in (ABSENT, join(enabled=False).user.id):
            answer = change(alice, "POST", carol, wrong, status=400)
            assert answer["errors"] == {"user_ids": ["Invalid User id."]}

    def test_too_many(
        self, alice: Person, carol: Person, change: Any, registry: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setitem(registry.settings, "messages.max_members", 2)
        assert change(alice, "POST", carol, status=400)["code"] == "too_many_members"

    def test_without_the_permission(self, bob: Person, carol: Person, change: Any) -> None:
        assert change(bob, "POST", carol, status=403)["code"] == "forbidden"

    def test_removed_ones_come_back(
        self,
        alice: Person,
        carol: Person,
        conversation_id: int,
        change: Any,
        reply: Any,
        folder: Any,
    ) -> None:
        change(alice, "POST", carol)
        reply(carol, conversation_id)
        change(alice, "DELETE", carol)
        change(alice, "POST", carol)
        assert [conversation["id"] for conversation in folder(carol)] == [conversation_id]
        assert [conversation["id"] for conversation in folder(carol, "filter=sentbox")] == [
            conversation_id
        ]


class TestOfOthers:
    def test_staff(
        self, boss: Person, carol: Person, conversation_id: int, change: Any, logged: Any
    ) -> None:
        assert change(boss, "POST", carol) == ["alice", "bob", "carol"]
        assert change(boss, "DELETE", carol) == ["alice", "bob"]
        summary, ids = (
            f"PrivateConversation {conversation_id}: carol",
            {"user_ids": [carol.user.id]},
        )
        assert logged() == [
            ("conversation_members_added", summary, None, ids),
            ("conversation_members_removed", summary, None, ids),
        ]

    def test_who_may_only_see_them(self, join: Any, carol: Person, change: Any) -> None:
        grants = ("messages_view_others", "messages_add_multiple_users")
        moderator = join("moderator", grants=grants)
        for method in ("POST", "DELETE"):
            assert change(moderator, method, carol, status=403)["code"] == "forbidden"

    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_outsiders(
        self, join: Any, carol: Person, conversation_id: int, change: Any, method: str
    ) -> None:
        outsider = join(grants=("messages_add_multiple_users",))
        answer = change(outsider, method, carol, status=404)
        assert answer["response"] == f"PrivateConversation {conversation_id} does not exist."

    def test_nothing_is_logged_of_members(
        self, alice: Person, carol: Person, change: Any, logged: Any
    ) -> None:
        change(alice, "POST", carol)
        change(alice, "DELETE", carol)
        assert logged() == []


class TestRemove:
    def test_they_see_nothing_more(
        self,
        alice: Person,
        carol: Person,
        conversation_id: int,
        change: Any,
        folder: Any,
        reply: Any,
    ) -> None:
        change(alice, "POST", carol)
        assert change(alice, "DELETE", carol) == ["alice", "bob"]
        assert folder(carol) == []
        carol.client.get(f"/messages/conversations/{conversation_id}", status=404)
        reply(carol, conversation_id, status=400)

    def test_original_ones(self, alice: Person, bob: Person, carol: Person, change: Any) -> None:
        change(alice, "POST", carol)
        answer = change(alice, "DELETE", carol, bob, status=400)
        assert answer["code"] == "original_members"
        assert answer["response"] == (
            "The following original members cannot be removed from the conversation: bob."
        )
        assert change(alice, "DELETE", carol) == ["alice", "bob"]

    def test_strangers(self, alice: Person, carol: Person, change: Any) -> None:
        answer = change(alice, "DELETE", ABSENT, carol, status=400)
        assert answer["code"] == "not_members"
        assert answer["response"] == (
            f"The following user_ids are not in the conversation: {carol.user.id}, {ABSENT}."
        )

    def test_without_the_permission(
        self, alice: Person, bob: Person, carol: Person, change: Any
    ) -> None:
        change(alice, "POST", carol)
        for others in ((carol,), (bob, carol)):
            assert change(bob, "DELETE", *others, status=403)["code"] == "forbidden"


class TestLeave:
    def test_added_ones_are_out(
        self,
        alice: Person,
        carol: Person,
        conversation_id: int,
        change: Any,
        reply: Any,
        folder: Any,
    ) -> None:
        change(alice, "POST", carol)
        assert change(carol, "DELETE", carol) == ["alice", "bob"]
        reply(alice, conversation_id)
        assert folder(carol) == []

    def test_original_ones_delete_it(
        self, alice: Person, bob: Person, conversation_id: int, change: Any, reply: Any, folder: Any
    ) -> None:
        change(bob, "DELETE", bob)
        assert folder(bob) == []
        bob.client.get(f"/messages/conversations/{conversation_id}", status=404)
        reply(alice, conversation_id)
        assert [conversation["id"] for conversation in folder(bob)] == [conversation_id]
