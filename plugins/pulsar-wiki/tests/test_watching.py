"""Watching articles, and the notifications of watchers."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


@pytest.fixture
def path(write: Any) -> str:
    """The path of an article."""
    return f"/wiki/articles/{write('Thumbs')['id']}"


def told(client: Client) -> list[dict[str, Any]]:
    """The contents of a member's unread notifications of edits, newest first."""
    answer = client.get("/notifications/wiki_edited", status=200)
    return [item["contents"] for item in answer.json["response"]["items"]]


class TestWatch:
    def test_twice(self, member: Client, path: str) -> None:
        for _ in range(2):
            answer = member.post(f"{path}/watch", status=200)
            assert answer.json["response"] == f"You watch WikiArticle {path[15:]}."
        assert member.get(path).json["response"]["watched"] is True

    def test_it_is_the_callers(self, member: Client, writer: Client, path: str) -> None:
        member.post(f"{path}/watch", status=200)
        assert writer.get(path).json["response"]["watched"] is False

    def test_no_longer(self, member: Client, path: str, edit: Any) -> None:
        member.post(f"{path}/watch", status=200)
        for _ in range(2):
            answer = member.delete(f"{path}/watch", status=200)
            assert answer.json["response"] == f"You no longer watch WikiArticle {path[15:]}."
        edit(int(path[15:]), contents="New.")
        assert told(member) == []


class TestTold:
    def test_once_until_they_look(self, member: Client, path: str, edit: Any) -> None:
        article_id = int(path[15:])
        member.post(f"{path}/watch", status=200)
        edit(article_id, contents="two")
        edit(article_id, contents="three", title="Toes")
        about = {"article_id": article_id, "language": "English"}
        assert told(member) == [{**about, "title": "Thumbs", "revision": 2}]
        member.put("/notifications/wiki_edited", {"read": True}, status=200)
        edit(article_id, contents="four")
        assert told(member) == [{**about, "title": "Toes", "revision": 4}]

    def test_not_of_their_own_edits(self, writer: Client, path: str, edit: Any) -> None:
        writer.post(f"{path}/watch", status=200)
        edit(int(path[15:]), contents="two")
        assert told(writer) == []

    def test_not_of_what_changes_nothing(self, member: Client, path: str, edit: Any) -> None:
        member.post(f"{path}/watch", status=200)
        edit(int(path[15:]), contents="Text.")
        assert told(member) == []

    def test_sql_does_not_grow(
        self, client: Client, factory: Factory, path: str, writer: Client, count_sql: Any
    ) -> None:
        numbers = []
        for revision, watchers in enumerate((1, 10), 1):
            for _ in range(watchers):
                watcher = client.as_key(factory.key(factory.user()))
                watcher.post(f"{path}/watch", status=200)
            with count_sql() as statements:
                body = {"contents": f"Text {revision}.", "revision": revision}
                writer.put(path, body, status=200)
            numbers.append(len(statements))
        assert numbers[0] == numbers[1]


class TestSight:
    """Watchers are never notified of articles that they may not read."""

    @pytest.fixture
    def watchers(self, join: Any, path: str) -> list[Client]:
        """A watcher of a low class and one of a high class."""
        watchers = [join("low", rank=10), join("high", rank=30)]
        for client in watchers:
            client.post(f"{path}/watch", status=200)
        return watchers

    @pytest.fixture
    def restrict(self, moderator: Client, factory: Factory, path: str) -> Any:
        """``restrict()``: restrict the article to a class between the two."""
        middle = factory.user_class("Middle", rank=20).id
        return lambda: moderator.put(path, {"read_class": middle}, status=200)

    def test_restricted_before(
        self, watchers: list[Client], restrict: Any, path: str, moderator: Client
    ) -> None:
        restrict()
        moderator.put(path, {"contents": "two", "revision": 1}, status=200)
        assert [len(told(client)) for client in watchers] == [0, 1]

    def test_restricted_after(
        self, watchers: list[Client], restrict: Any, path: str, edit: Any
    ) -> None:
        edit(int(path[15:]), contents="two")
        assert [len(told(client)) for client in watchers] == [1, 1]
        restrict()
        assert [len(told(client)) for client in watchers] == [0, 1]

    def test_deleted(self, watchers: list[Client], path: str, edit: Any, moderator: Client) -> None:
        edit(int(path[15:]), contents="two")
        moderator.delete(path, status=200)
        assert [told(client) for client in watchers] == [[], []]

    def test_unbound(
        self, staff: Client, watchers: list[Client], restrict: Any, path: str, edit: Any
    ) -> None:
        staff.post(f"{path}/watch", status=200)
        edit(int(path[15:]), contents="two")
        restrict()
        assert len(told(staff)) == 1

    def test_who_no_longer_reads_the_wiki(
        self, client: Client, factory: Factory, path: str, edit: Any, staff: Client
    ) -> None:
        user = factory.user("gone")
        gone = client.as_key(factory.key(user))
        gone.post(f"{path}/watch", status=200)
        edit(int(path[15:]), contents="two")
        assert len(told(gone)) == 1
        body = {"permissions": {"wiki_view": False}}
        staff.put(f"/users/{user.id}", body, status=200)
        assert told(gone) == []
