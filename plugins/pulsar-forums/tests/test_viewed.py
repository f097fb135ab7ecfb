"""Read marks of members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, make_post, make_thread
from forums.permissions import THREAD
from pulsar.testing.client import Client


def state(client: Client, path: str) -> tuple[int | None, int]:
    """Return the id of the last post that the caller has read, and the number of unread posts."""
    response = get_json(client, path)
    viewed = response["last_viewed_post"]
    return (None if viewed is None else viewed["id"], response["unread_count"])


@pytest.fixture
def posts(member: Client, moderator: Client, thread: Any) -> list[int]:
    """The ids of the four posts of the thread."""
    writers = (moderator, member, moderator)
    return [thread["last_post"]["id"], *(make_post(who, thread["id"]) for who in writers)]


class TestThread:
    def test_nothing_read(self, other: Client, path: str, posts: list[int]) -> None:
        assert state(other, path) == (None, 4)

    def test_up_to_a_post(self, other: Client, path: str, posts: list[int]) -> None:
        for place, unread in ((1, 2), (3, 0), (0, 3)):
            other.put(f"{path}/viewed", {"post_id": posts[place]}, status=200)
            assert state(other, path) == (posts[place], unread)

    def test_up_to_the_newest(
        self, member: Client, other: Client, thread: Any, path: str, posts: list[int]
    ) -> None:
        other.put(f"{path}/viewed", {}, status=200)
        assert state(other, path) == (posts[3], 0)
        make_post(member, thread["id"])
        assert state(other, path) == (posts[3], 1)

    def test_posting_reads(self, other: Client, thread: Any, path: str, posts: list[int]) -> None:
        post = make_post(other, thread["id"])
        assert state(other, path) == (post, 0)

    def test_of_each_member(
        self, member: Client, other: Client, path: str, posts: list[int]
    ) -> None:
        other.put(f"{path}/viewed", {}, status=200)
        # The member's own post is read, the one after it is not.
        assert state(member, path) == (posts[2], 1)

    def test_last_read_post_is_deleted(
        self, other: Client, moderator: Client, path: str, posts: list[int]
    ) -> None:
        other.put(f"{path}/viewed", {"post_id": posts[2]}, status=200)
        moderator.delete(f"/forums/posts/{posts[2]}", status=200)
        assert state(other, path) == (posts[1], 1)
        moderator.delete(f"/forums/posts/{posts[3]}", status=200)
        assert state(other, path) == (posts[1], 0)
        for post_id in posts[:2]:
            moderator.delete(f"/forums/posts/{post_id}", status=200)
        assert state(other, path) == (None, 0)
        moderator.post(f"/forums/posts/{posts[2]}/restore", status=200)
        assert state(other, path) == (posts[2], 0)

    def test_are_counted_up_to_a_limit(
        self,
        other: Client,
        thread: Any,
        path: str,
        posts: list[int],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("forums.viewer.MAX_UNREAD", 2)
        assert state(other, path) == (None, 2)
        for place, unread in ((0, 2), (1, 2), (2, 1)):
            other.put(f"{path}/viewed", {"post_id": posts[place]}, status=200)
            assert state(other, path) == (posts[place], unread)

    def test_posts_of_elsewhere(
        self, other: Client, moderator: Client, path: str, posts: list[int], forum_id: int
    ) -> None:
        strange = make_thread(moderator, forum_id)["last_post"]["id"]
        moderator.delete(f"/forums/posts/{posts[1]}", status=200)
        for post_id in (strange, posts[1], 10**9):
            answer = other.put(f"{path}/viewed", {"post_id": post_id}, status=400)
            assert answer.json["errors"] == {"post_id": ["Invalid ForumPost id."]}
        assert state(other, path) == (None, 3)


class TestForum:
    def test_all_threads(
        self, member: Client, other: Client, thread: Any, path: str, forum_id: int
    ) -> None:
        second = make_thread(member, forum_id)["id"]
        where = f"/forums/{forum_id}"
        items = get_json(other, where)["threads"]["items"]
        assert [item["unread_count"] for item in items] == [1, 1]
        for _ in range(2):
            other.put(f"{where}/viewed", status=200)
            items = get_json(other, where)["threads"]["items"]
            assert [item["unread_count"] for item in items] == [0, 0]
        make_post(other, thread["id"])
        make_post(member, second)
        assert state(other, path)[1] == 0
        assert state(other, f"/forums/threads/{second}")[1] == 0
        make_post(member, thread["id"])
        assert state(other, path)[1] == 1

    def test_without_threads_or_posts(
        self, other: Client, moderator: Client, thread: Any, path: str, forum_id: int
    ) -> None:
        moderator.delete(f"/forums/posts/{thread['last_post']['id']}", status=200)
        other.put(f"/forums/{forum_id}/viewed", status=200)
        assert state(other, path) == (None, 0)

    def test_only_what_one_sees(
        self, other: Client, staff: Client, closed_id: int, permit: Callable[..., None]
    ) -> None:
        seen, hidden = (make_thread(staff, closed_id, topic)["id"] for topic in ("1", "2"))
        permit("other", f"{THREAD}{seen}")
        other.put(f"/forums/{closed_id}/viewed", status=200)
        permit("other", f"{THREAD}{hidden}")
        assert state(other, f"/forums/threads/{seen}")[1] == 0
        assert state(other, f"/forums/threads/{hidden}")[1] == 1

    def test_number_of_statements(
        self, other: Client, member: Client, forum_id: int, count_sql: Any
    ) -> None:
        counts = []
        for number in (1, 10):
            for place in range(number):
                make_thread(member, forum_id, f"Topic {place}")
            other.get("/users/me")
            with count_sql() as statements:
                other.put(f"/forums/{forum_id}/viewed", status=200)
            counts.append(len(statements))
        assert counts[0] == counts[1]
