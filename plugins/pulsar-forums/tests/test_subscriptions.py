"""Subscribing to forums and threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, ids, make_thread
from forums.permissions import FORUM, THREAD
from pulsar.testing.client import Client

THREADS, FORUMS = "/subscriptions/threads", "/subscriptions/forums"


class TestSentences:
    @pytest.mark.parametrize(("kind", "word"), [("threads", "thread"), ("forums", "forum")])
    def test_begin_and_end(
        self, member: Client, thread: Any, forum_id: int, kind: str, word: str
    ) -> None:
        key = thread["id"] if kind == "threads" else forum_id
        path = f"/subscriptions/{kind}/{key}"
        for method, status, sentence in (
            ("DELETE", 400, f"You are not subscribed to {word} {key}."),
            ("POST", 200, f"Successfully subscribed to {word} {key}."),
            ("POST", 400, f"You are already subscribed to {word} {key}."),
            ("DELETE", 200, f"Successfully unsubscribed from {word} {key}."),
            ("DELETE", 400, f"You are not subscribed to {word} {key}."),
        ):
            answer = member.request(method, path, status=status)
            assert answer.json["response"] == sentence

    def test_missing(self, member: Client) -> None:
        for method in ("POST", "DELETE"):
            for kind in (THREADS, FORUMS):
                member.request(method, f"{kind}/1000000000", status=404)


class TestList:
    def test_by_id(self, member: Client, other: Client, forum_id: int) -> None:
        thread_ids = [make_thread(other, forum_id, str(number))["id"] for number in range(3)]
        for key in (thread_ids[2], thread_ids[0]):
            member.post(f"{THREADS}/{key}", status=200)
        response = get_json(member, THREADS)
        assert (ids(response["items"]), response["total"]) == ([thread_ids[0], thread_ids[2]], 2)
        assert response["items"][0]["subscribed"] is True
        assert get_json(other, THREADS)["items"] == []

    def test_forums(self, member: Client, forum_id: int) -> None:
        member.post(f"{FORUMS}/{forum_id}", status=200)
        assert ids(get_json(member, FORUMS)["items"]) == [forum_id]

    def test_in_the_thread(self, member: Client, other: Client, thread: Any, path: str) -> None:
        member.post(f"{THREADS}/{thread['id']}", status=200)
        assert get_json(member, path)["subscribed"] is True
        assert get_json(other, path)["subscribed"] is False
        member.delete(f"{THREADS}/{thread['id']}", status=200)
        assert get_json(member, path)["subscribed"] is False

    def test_deleted_ones_are_left_out(
        self, member: Client, staff: Client, thread: Any, path: str, forum_id: int
    ) -> None:
        member.post(f"{THREADS}/{thread['id']}", status=200)
        member.post(f"{FORUMS}/{forum_id}", status=200)
        for where in (path, f"/forums/{forum_id}"):
            staff.delete(where, status=200)
            assert get_json(member, THREADS)["items"] == []
            staff.post(f"{where}/restore", status=200)
        assert ids(get_json(member, THREADS)["items"]) == [thread["id"]]
        assert ids(get_json(member, FORUMS)["items"]) == [forum_id]

    def test_paged(self, member: Client, forum_id: int) -> None:
        thread_ids = [make_thread(member, forum_id, str(number))["id"] for number in range(3)]
        for key in thread_ids:
            member.post(f"{THREADS}/{key}", status=200)
        response = get_json(member, f"{THREADS}?limit=2&page=2")
        assert (ids(response["items"]), response["total"], response["pages"]) == (
            [thread_ids[2]],
            3,
            2,
        )


class TestNewThreads:
    def test_of_a_forum_are_subscribed_to(
        self, member: Client, other: Client, forum_id: int
    ) -> None:
        before = make_thread(other, forum_id)
        member.post(f"{FORUMS}/{forum_id}", status=200)
        after = make_thread(other, forum_id)
        assert ids(get_json(member, THREADS)["items"]) == [after["id"]]
        member.delete(f"{FORUMS}/{forum_id}", status=200)
        make_thread(other, forum_id)
        assert ids(get_json(member, THREADS)["items"]) == [after["id"]]
        assert before["subscribed"] is False


class TestWithoutAccess:
    @pytest.fixture
    def subscribed(
        self, member: Client, staff: Client, closed_id: int, permit: Callable[..., None]
    ) -> Any:
        """A thread that the member no longer sees, after subscribing to it and to its forum."""
        permit("member", f"{FORUM}{closed_id}")
        thread = make_thread(staff, closed_id)
        member.post(f"{THREADS}/{thread['id']}", status=200)
        member.post(f"{FORUMS}/{closed_id}", status=200)
        permit("member", f"{FORUM}{closed_id}", granted=False)
        return thread

    def test_nothing_is_listed(self, member: Client, subscribed: Any) -> None:
        for path in (THREADS, FORUMS):
            response = get_json(member, path)
            assert (response["items"], response["total"]) == ([], 0)

    def test_one_can_leave(self, member: Client, subscribed: Any, closed_id: int) -> None:
        for path in (f"{THREADS}/{subscribed['id']}", f"{FORUMS}/{closed_id}"):
            member.post(path, status=404)
            member.delete(path, status=200)
            # After that, it does not exist for them.
            member.delete(path, status=404)

    def test_deleted_thread(self, member: Client, staff: Client, thread: Any, path: str) -> None:
        member.post(f"{THREADS}/{thread['id']}", status=200)
        staff.delete(path, status=200)
        member.delete(f"{THREADS}/{thread['id']}", status=200)

    def test_forum_seen_for_a_thread(
        self, member: Client, staff: Client, closed_id: int, permit: Callable[..., None]
    ) -> None:
        seen, hidden = (make_thread(staff, closed_id, topic)["id"] for topic in ("1", "2"))
        permit("member", f"{THREAD}{seen}")
        member.post(f"{FORUMS}/{closed_id}", status=200)
        make_thread(staff, closed_id)
        assert get_json(member, THREADS)["items"] == []
        member.post(f"{THREADS}/{hidden}", status=404)
        member.post(f"{THREADS}/{seen}", status=200)
