"""Reading conversations, and the marks that reading sets."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from messages.conversations.models import Message
from pulsar.testing.site_model import Person


@pytest.fixture
def long(alice: Person, bob: Person, start: Any, reply: Any) -> tuple[int, list[int]]:
    """A conversation of five messages: its id and the ids of the messages."""
    conversation_id = start(alice, bob, message="Number 1")
    for number in range(2, 6):
        reply(alice, conversation_id, f"Number {number}")
    conversation = alice.client.get(f"/messages/conversations/{conversation_id}").json["response"]
    return conversation_id, [item["id"] for item in conversation["messages"]["items"]]


class TestMessages:
    def test_oldest_first_in_slices(self, bob: Person, long: Any, show: Any) -> None:
        conversation_id, ids = long
        messages = show(bob, conversation_id, "limit=2")["messages"]
        assert [item["contents"] for item in messages["items"]] == ["Number 1", "Number 2"]
        assert (messages["limit"], messages["after"]) == (2, ids[1])
        rest = show(bob, conversation_id, f"limit=3&after={messages['after']}")["messages"]
        assert [item["id"] for item in rest["items"]] == ids[2:]
        assert rest["after"] is None
        assert show(bob, conversation_id, f"after={ids[-1]}")["messages"]["items"] == []

    @pytest.mark.one_backend
    @pytest.mark.parametrize("query", ["after=0", "after=x", "limit=0", "limit=101", "page=1"])
    def test_wrong(self, bob: Person, long: Any, query: str) -> None:
        path = f"/messages/conversations/{long[0]}?{query}"
        answer = bob.client.get(path, status=400).json
        assert list(answer["errors"]) == [query.partition("=")[0]]

    def test_author_is_gone(self, bob: Person, long: Any, show: Any, db: Any) -> None:
        db.execute(update(Message).values(user_id=None))
        db.commit()
        assert show(bob, long[0])["messages"]["items"][0]["user"] is None


class TestRead:
    def test_by_the_last_message(self, bob: Person, long: Any, show: Any, folder: Any) -> None:
        conversation_id, ids = long
        assert show(bob, conversation_id, "limit=4")["read"] is False
        assert folder(bob)[0]["read"] is False
        assert show(bob, conversation_id, f"after={ids[3]}")["read"] is True
        assert folder(bob)[0]["read"] is True

    def test_messages_that_are_too_long_for_the_answer_are_not_read(
        self,
        bob: Person,
        long: Any,
        show: Any,
        folder: Any,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        conversation_id, ids = long
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 1)
        first = show(bob, conversation_id)
        assert [message["id"] for message in first["messages"]["items"]] == ids[:1]
        assert (first["messages"]["after"], first["read"]) == (ids[0], False)
        assert folder(bob)[0]["read"] is False
        assert show(bob, conversation_id, f"after={ids[3]}")["read"] is True

    def test_nothing_shown_reads_nothing(self, bob: Person, long: Any, show: Any) -> None:
        assert show(bob, long[0], "after=999999")["read"] is False

    def test_head(self, bob: Person, long: Any, folder: Any) -> None:
        bob.client.request("HEAD", f"/messages/conversations/{long[0]}", status=200)
        assert folder(bob)[0]["read"] is False

    def test_of_others(self, alice: Person, bob: Person, long: Any, reply: Any, show: Any) -> None:
        """Reading marks a conversation as read for one member only."""
        reply(bob, long[0])
        show(bob, long[0])
        assert show(alice, long[0], "limit=1")["read"] is False

    def test_a_further_message(
        self, alice: Person, bob: Person, long: Any, reply: Any, show: Any, folder: Any
    ) -> None:
        show(bob, long[0])
        reply(alice, long[0])
        assert folder(bob)[0]["read"] is False

    def test_writes_once(self, bob: Person, long: Any, show: Any, count_sql: Any) -> None:
        show(bob, long[0])
        with count_sql() as statements:
            show(bob, long[0])
        assert [
            statement for statement in statements if not statement.lstrip().startswith("SELECT")
        ] == []

    def test_sql(self, bob: Person, long: Any, show: Any, count_sql: Any) -> None:
        show(bob, long[0])
        numbers = []
        for limit in (1, 5):
            with count_sql() as statements:
                show(bob, long[0], f"limit={limit}")
            numbers.append(len(statements))
        assert numbers[0] == numbers[1] <= 5

    def test_unchanged(self, bob: Person, long: Any) -> None:
        path = f"/messages/conversations/{long[0]}"
        tag = bob.client.get(path, status=200).headers["ETag"]
        assert bob.client.get(path, headers={"If-None-Match": tag}).status_int == 304


class TestDeleted:
    def test_it_is_gone(self, bob: Person, long: Any, mark: Any, show: Any) -> None:
        mark(bob, long[0], deleted=True)
        path = f"/messages/conversations/{long[0]}"
        answer = bob.client.get(path, status=404).json
        assert answer["response"] == f"PrivateConversation {long[0]} does not exist."
        mark(bob, long[0], deleted=False)
        assert show(bob, long[0])["deleted"] is False

    def test_staff_see_their_own(
        self, alice: Person, boss: Person, start: Any, mark: Any, show: Any
    ) -> None:
        conversation_id = start(alice, boss)
        mark(boss, conversation_id, deleted=True)
        assert show(boss, conversation_id)["deleted"] is True
