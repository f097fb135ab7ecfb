"""Walking through long threads and forums in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from forums.examples import add_posts, add_threads, get_json, ids, make_post
from pulsar.testing.client import Client


def walk(client: Client, path: str, key: str, limit: int) -> Iterator[list[int]]:
    """Yield the ids of one part after the other."""
    after = ""
    while True:
        page = get_json(client, f"{path}?limit={limit}{after}")[key]
        assert len(page["items"]) <= limit
        yield ids(page["items"])
        if page["after"] is None:
            return
        after = f"&after={page['after']}"


@pytest.fixture
def threads(member: Client, forum_id: int, db: Session) -> Callable[[int], list[int]]:
    """``threads(number)``: add threads and return their ids, newest first."""
    creator_id = get_json(member, "/users/me")["id"]

    def make(number: int) -> list[int]:
        return add_threads(db, forum_id, creator_id, number)[::-1]

    return make


@pytest.fixture
def posts(thread: Any, db: Session) -> Callable[[int], list[int]]:
    """``posts(number)``: fill the thread up to this number of posts; their ids, oldest first."""

    def make(number: int) -> list[int]:
        return [thread["last_post"]["id"], *add_posts(db, thread["id"], number - 1)]

    return make


class TestPosts:
    def test_walk(self, member: Client, path: str, posts: Callable[[int], list[int]]) -> None:
        post_ids = posts(120)
        parts = list(walk(member, path, "posts", 50))
        assert [len(page_ids) for page_ids in parts] == [50, 50, 20]
        assert [key for page_ids in parts for key in page_ids] == post_ids
        pages = [get_json(member, f"{path}?page={page}")["posts"] for page in (1, 2, 3, 4)]
        assert [ids(page["items"]) for page in pages] == [*parts, []]
        assert {(page["total"], page["pages"]) for page in pages} == {(120, 3)}
        assert [page["page"] for page in pages] == [1, 2, 3, 4]

    def test_exactly_full(
        self, member: Client, path: str, posts: Callable[[int], list[int]]
    ) -> None:
        post_ids = posts(4)
        assert list(walk(member, path, "posts", 2)) == [post_ids[:2], post_ids[2:]]

    def test_while_posts_are_deleted_and_added(
        self, member: Client, moderator: Client, path: str, posts: Callable[[int], list[int]]
    ) -> None:
        post_ids = posts(6)
        parts = walk(member, path, "posts", 2)
        assert next(parts) == post_ids[:2]
        # With pages instead of ``after``, the next part would now skip a post.
        moderator.delete(f"/forums/posts/{post_ids[0]}", status=200)
        new = make_post(moderator, get_json(member, path)["id"])
        assert [key for page_ids in parts for key in page_ids] == [*post_ids[2:], new]


class TestThreads:
    def test_walk(self, member: Client, forum_id: int, threads: Callable[[int], list[int]]) -> None:
        thread_ids = threads(120)
        path = f"/forums/{forum_id}"
        parts = list(walk(member, path, "threads", 50))
        assert [len(page_ids) for page_ids in parts] == [50, 50, 20]
        assert [key for page_ids in parts for key in page_ids] == thread_ids
        pages = [get_json(member, f"{path}?page={page}")["threads"] for page in (1, 2, 3)]
        assert [ids(page["items"]) for page in pages] == parts
        assert {(page["total"], page["pages"]) for page in pages} == {(120, 3)}

    def test_sticky_ones_over_several_parts(
        self,
        member: Client,
        moderator: Client,
        forum_id: int,
        threads: Callable[[int], list[int]],
    ) -> None:
        thread_ids = threads(9)
        sticky = thread_ids[2::2]
        for key in sticky:
            moderator.put(f"/forums/threads/{key}", {"sticky": True}, status=200)
        parts = list(walk(member, f"/forums/{forum_id}", "threads", 2))
        expected = [*sticky, *(key for key in thread_ids if key not in sticky)]
        assert [key for page_ids in parts for key in page_ids] == expected

    def test_while_threads_are_bumped(
        self,
        member: Client,
        other: Client,
        moderator: Client,
        forum_id: int,
        threads: Callable[[int], list[int]],
    ) -> None:
        thread_ids = threads(10)
        for key in thread_ids[:4]:
            moderator.put(f"/forums/threads/{key}", {"sticky": True}, status=200)
        bumped = {thread_ids[1], thread_ids[5], thread_ids[9]}
        seen: list[int] = []
        for item in walk(member, f"/forums/{forum_id}", "threads", 3):
            seen += item
            for key in bumped:
                make_post(other, key)
                make_post(moderator, key)
        assert len(seen) == len(set(seen))
        # All threads that were not bumped are listed. The bumped ones are listed in the next walk.
        assert set(thread_ids) - set(seen) <= bumped
        again = [key for item in walk(member, f"/forums/{forum_id}", "threads", 3) for key in item]
        assert sorted(again) == sorted(thread_ids)


class TestRefused:
    @pytest.mark.one_backend
    @pytest.mark.parametrize("kind", ["thread", "forum"])
    def test_page_and_after(self, member: Client, path: str, forum_id: int, kind: str) -> None:
        where = path if kind == "thread" else f"/forums/{forum_id}"
        answer = member.get(f"{where}?page=1&after=1", status=400)
        assert answer.json["errors"] == {"after": ["page and after exclude each other"]}

    @pytest.mark.one_backend
    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "page=0", "after=-1", "after=x"])
    def test_out_of_range(self, member: Client, path: str, query: str) -> None:
        answer = member.get(f"{path}?{query}", status=400)
        assert set(answer.json["errors"]) == {query.partition("=")[0]}

    def test_far_away(self, member: Client, path: str) -> None:
        for query in ("page=10000000", "after=9007199254740991"):
            posts = get_json(member, f"{path}?{query}")["posts"]
            assert (posts["items"], posts["after"], posts["total"]) == ([], None, 1)


class TestLongTexts:
    def test_a_part_ends_where_its_posts_are_too_long(
        self,
        member: Client,
        other: Client,
        thread: Any,
        path: str,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        last_post_ids = [thread["last_post"]["id"]]
        for place in range(6):
            last_post_ids.append(
                make_post((other, member)[place % 2], thread["id"], "[b]a[/b] " * 1_000)
            )
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 60_000)
        parts = list(walk(member, path, "posts", 50))
        assert [key for page_ids in parts for key in page_ids] == last_post_ids
        assert [len(page_ids) for page_ids in parts] == [3, 2, 2]
        answer = member.get(path, status=200)
        assert len(answer.body) < 65_000

    def test_a_search(
        self,
        member: Client,
        other: Client,
        thread: Any,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        posts = [
            make_post((other, member)[place % 2], thread["id"], "x" * 9_000) for place in (0, 1)
        ]
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 20_000)
        answer = member.get(f"/forums/posts?thread_id={thread['id']}", status=200)
        assert ids(answer.json["response"]["items"]) == posts[1:]
        assert answer.json["response"]["after"] == posts[1]
        assert f"after={posts[1]}" in answer.headers["Link"]

    def test_one_item_is_shown_however_long_it_is(
        self,
        member: Client,
        thread: Any,
        path: str,
        other: Client,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        last_post_ids = [thread["last_post"]["id"], make_post(other, thread["id"], "x" * 9_000)]
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 1)
        assert list(walk(member, path, "posts", 50)) == [last_post_ids[:1], last_post_ids[1:]]

    def test_a_part_ends_where_its_posts_are_too_much_work(
        self, member: Client, thread: Any, path: str, other: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        last_post_ids = [thread["last_post"]["id"]]
        for place in range(4):
            last_post_ids.append(
                make_post((other, member)[place % 2], thread["id"], "[b]a[/b]\n" * 100)
            )
        monkeypatch.setattr("pulsar.serialization.serialize.LIST_WORK", 45_000)
        assert list(walk(member, path, "posts", 50)) == [last_post_ids[:3], last_post_ids[3:]]
