"""Deleting and restoring comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulsar.testing.client import Client


def contents(client: Client, path: str) -> list[str]:
    """Return the contents of the comments, in their order."""
    items = client.get(path, status=200).json["response"]["items"]
    return [item["contents"] for item in items]


class TestOwn:
    def test_deleted_and_restored(
        self, ann: Client, bob: Client, path: str, place: str, logged: Any
    ) -> None:
        answer = ann.delete(place, status=200)
        number = place.rpartition("/")[2]
        assert answer.json["response"] == f"ThingComment {number} has been deleted."
        for method in ("GET", "PUT", "DELETE"):
            bob.request(method, place, status=404)
        bob.post(f"{place}/restore", status=404)
        for query in ("", "?include_dead=true"):
            assert contents(ann, f"{path}{query}") == []
        assert "deleted" not in ann.get(place, status=200).json["response"]
        restored = ann.post(f"{place}/restore", status=200).json["response"]
        assert restored == bob.get(place, status=200).json["response"]
        assert contents(bob, path) == ["A comment."]
        assert logged() == []

    def test_by_a_moderator(self, ann: Client, moderator: Client, place: str) -> None:
        """Only moderators can undo this deletion."""
        moderator.delete(place, status=200)
        for method in ("GET", "PUT", "DELETE"):
            ann.request(method, place, status=404)
        ann.post(f"{place}/restore", status=404)
        moderator.post(f"{place}/restore", status=200)
        ann.get(place, status=200)

    def test_others(self, bob: Client, owner: Client, place: str) -> None:
        for client in (bob, owner):
            client.delete(place, status=403)
            client.post(f"{place}/restore", status=403)


class TestModerators:
    def test_see_them(
        self, ann: Client, bob: Client, moderator: Client, path: str, place: str
    ) -> None:
        ann.delete(place, status=200)
        (dead,) = moderator.get(f"{path}?include_dead=1").json["response"]["items"]
        assert dead["deleted"] is True
        assert moderator.get(place, status=200).json["response"] == dead
        assert contents(moderator, path) == []
        assert contents(bob, f"{path}?include_dead=1") == []

    def test_log(self, moderator: Client, place: str, logged: Any) -> None:
        moderator.delete(place, status=200)
        response = moderator.post(f"{place}/restore", status=200).json["response"]
        assert response["deleted"] is False
        about = f"Comment {response['id']} on A thing"
        assert logged() == [
            ("thing_comment_deleted", about, {"contents": "A comment."}, None),
            ("thing_comment_restored", about, None, None),
        ]

    def test_twice(
        self, moderator: Client, place: str, logged: Any, counted: Callable[[], int]
    ) -> None:
        for send, number, entries in (
            (lambda: moderator.delete(place), 0, 1),
            (lambda: moderator.delete(place), 0, 1),
            (lambda: moderator.post(f"{place}/restore"), 1, 2),
            (lambda: moderator.post(f"{place}/restore"), 1, 2),
        ):
            assert send().status_int == 200
            assert (counted(), len(logged())) == (number, entries)

    def test_restoring_where_comments_are_closed(
        self, moderator: Client, place: str, change: Callable[..., None]
    ) -> None:
        moderator.delete(place, status=200)
        change(is_open=False)
        moderator.post(f"{place}/restore", status=200)
