"""Listing, counting and searching conversations."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person


def ids(conversations: list[Any]) -> list[int]:
    """The ids of conversations in their order."""
    return [conversation["id"] for conversation in conversations]


class TestFolders:
    def test_inbox_and_sentbox(
        self, alice: Person, bob: Person, start: Any, reply: Any, folder: Any
    ) -> None:
        sent, received = start(alice, bob), start(bob, alice)
        assert (ids(folder(alice)), ids(folder(alice, "filter=sentbox"))) == ([received], [sent])
        assert (ids(folder(bob)), ids(folder(bob, "filter=sentbox"))) == ([sent], [received])
        reply(bob, sent)
        assert ids(folder(alice)) == [sent, received]
        assert ids(folder(bob, "filter=sentbox")) == [sent, received]

    def test_the_last_active_comes_first(
        self, alice: Person, bob: Person, start: Any, reply: Any, folder: Any
    ) -> None:
        first, second = start(alice, bob), start(alice, bob)
        assert ids(folder(bob)) == [second, first]
        message = reply(alice, first)
        conversations = folder(bob)
        assert ids(conversations) == [first, second]
        assert conversations[0]["last_message"]["id"] == message["id"]
        assert conversations[0]["messages_count"] == 2
        assert "messages" not in conversations[0]

    def test_starred(self, alice: Person, bob: Person, start: Any, mark: Any, folder: Any) -> None:
        starred = start(alice, bob)
        start(alice, bob)
        mark(bob, starred, starred=True)
        assert ids(folder(bob, "filter=starred")) == [starred]
        assert folder(alice, "filter=starred") == []
        mark(bob, starred, deleted=True)
        assert folder(bob, "filter=starred") == []

    def test_deleted(
        self, alice: Person, join: Any, start: Any, mark: Any, folder: Any, show: Any
    ) -> None:
        dave = join("dave", grants=("messages_view_deleted",))
        gone, conversation_id = start(alice, dave), start(alice, dave)
        mark(dave, gone, deleted=True)
        assert ids(folder(dave)) == [conversation_id]
        (conversation,) = folder(dave, "filter=deleted")
        assert (conversation["id"], conversation["deleted"]) == (gone, True)
        assert show(dave, gone)["topic"] == "Hello"
        assert ids(folder(alice, "filter=sentbox")) == [conversation_id, gone]

    def test_deleted_without_the_permission(self, bob: Person) -> None:
        answer = bob.client.get("/messages/conversations?filter=deleted", status=403).json
        assert answer["code"] == "forbidden"

    def test_unread(self, alice: Person, bob: Person, start: Any, show: Any, folder: Any) -> None:
        read, unread = start(alice, bob), start(alice, bob)
        show(bob, read)
        assert ids(folder(bob, "unread=true")) == [unread]
        assert ids(folder(bob, "unread=false")) == [read]

    def test_pages(self, alice: Person, bob: Person, start: Any) -> None:
        conversation_ids = [start(alice, bob) for _ in range(3)]
        answer = bob.client.get("/messages/conversations?page=2&limit=2", status=200)
        response = answer.json["response"]
        assert ids(response.pop("items")) == conversation_ids[:1]
        assert response == {"page": 2, "limit": 2, "total": 3, "pages": 2, "next": None}

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        "query", ["filter=trash", "unread=yes", "page=0", "limit=101", "user_id=0", "x=1"]
    )
    def test_wrong(self, bob: Person, query: str) -> None:
        answer = bob.client.get(f"/messages/conversations?{query}", status=400).json
        assert list(answer["errors"]) == [query.partition("=")[0]]


class TestCounts:
    def test_counts(
        self, alice: Person, bob: Person, start: Any, reply: Any, show: Any, mark: Any
    ) -> None:
        def counts() -> Any:
            return bob.client.get("/messages/counts", status=200).json["response"]

        assert counts() == {"inbox": 0, "unread": 0, "sentbox": 0, "starred": 0}
        first, second, third = (start(alice, bob) for _ in range(3))
        own = start(bob, alice)
        reply(bob, first)
        mark(bob, own, starred=True)
        assert counts() == {"inbox": 3, "unread": 3, "sentbox": 2, "starred": 1}
        show(bob, second)
        assert counts()["unread"] == 2
        mark(bob, third, deleted=True)
        assert counts() == {"inbox": 2, "unread": 1, "sentbox": 2, "starred": 1}

    def test_deleted_ones(self, alice: Person, join: Any, start: Any, mark: Any) -> None:
        dave = join("dave", grants=("messages_view_deleted",))
        mark(dave, start(alice, dave), deleted=True)
        counts = dave.client.get("/messages/counts", status=200).json["response"]
        assert (counts["inbox"], counts["deleted"]) == (0, 1)

    def test_sql(self, alice: Person, bob: Person, start: Any, count_sql: Any) -> None:
        numbers = []
        for _ in range(2):
            for _ in range(3):
                start(alice, bob)
            bob.client.get("/messages/counts")
            with count_sql() as statements:
                bob.client.get("/messages/counts", status=200)
            numbers.append(len(statements))
        assert numbers == [1, 1]


class TestSearch:
    @pytest.fixture
    def find(self, folder: Any) -> Any:
        """``find(bob, "words")``: the ids of the conversations that the search finds."""
        return lambda reader, q, box="inbox": ids(folder(reader, f"filter={box}&q={q}"))

    def test_topic_and_contents(
        self, alice: Person, bob: Person, start: Any, reply: Any, find: Any
    ) -> None:
        first = start(alice, bob, topic="Gardening", message="About tulips")
        second = start(alice, bob, topic="Cooking", message="About soup")
        assert find(bob, "gardening") == [first]
        assert find(bob, "gardening+tulips") == [first]
        assert find(bob, "about") == [second, first]
        assert find(bob, "tulips+soup") == []
        reply(bob, second, "With leek")
        assert find(bob, "leek") == find(alice, "leek") == [second]
        assert find(bob, "about+-soup") == [first]

    def test_folder(self, alice: Person, bob: Person, start: Any, find: Any) -> None:
        conversation_id = start(alice, bob, message="Tulips")
        assert (find(alice, "tulips"), find(alice, "tulips", "sentbox")) == ([], [conversation_id])

    def test_others_are_not_found(
        self, alice: Person, bob: Person, carol: Person, boss: Person, start: Any, find: Any
    ) -> None:
        start(alice, bob, topic="Secret", message="tulips")
        for outsider in (carol, boss):
            for q in ("secret", "tulips"):
                for box in ("inbox", "sentbox", "starred"):
                    assert find(outsider, q, box) == []
                answer = outsider.client.get(f"/messages/conversations?q={q}", status=200)
                assert answer.json["response"]["total"] == 0


class TestOfOthers:
    def test_staff(
        self, alice: Person, bob: Person, boss: Person, start: Any, folder: Any, show: Any
    ) -> None:
        """Staff see the conversations with the marks of the member."""
        conversation_id = start(alice, bob, message="Tulips")
        (conversation,) = folder(boss, f"user_id={bob.user.id}&q=tulips")
        assert (conversation["id"], conversation["read"]) == (conversation_id, False)
        counts = boss.client.get(f"/messages/counts?user_id={bob.user.id}").json["response"]
        assert counts["unread"] == 1
        show(boss, conversation_id)
        assert folder(bob)[0]["read"] is False
        assert show(boss, conversation_id)["read"] is True

    def test_members(self, bob: Person, carol: Person) -> None:
        for path in ("conversations", "counts"):
            for user_id in (bob.user.id, ABSENT):
                answer = carol.client.get(f"/messages/{path}?user_id={user_id}", status=403).json
                assert answer["code"] == "forbidden"
            carol.client.get(f"/messages/{path}?user_id={carol.user.id}", status=200)

    def test_nobody(self, boss: Person) -> None:
        answer = boss.client.get(f"/messages/conversations?user_id={ABSENT}", status=404).json
        assert answer["response"] == f"User {ABSENT} does not exist."


class TestSql:
    def test_constant(
        self, alice: Person, bob: Person, join: Any, start: Any, reply: Any, count_sql: Any
    ) -> None:
        """Listing large conversations takes as many statements as listing a small one."""
        numbers = []
        start(alice, bob)
        for _ in range(2):
            bob.client.get("/messages/conversations", status=200)
            with count_sql() as statements:
                bob.client.get("/messages/conversations", status=200)
            numbers.append(len(statements))
            for _ in range(3):
                others = [join() for _ in range(3)]
                conversation_id = start(alice, bob, *others)
                for other in others:
                    reply(other, conversation_id)
        assert numbers[0] == numbers[1] <= 5
