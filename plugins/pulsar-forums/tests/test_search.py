"""Searching posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, ids, make_forum, make_post, make_thread, post
from forums.permissions import THREAD
from pulsar.testing.client import Client

PATH = "/forums/posts"


def found_ids(client: Client, query: str) -> list[int]:
    """Return the ids of the posts that the caller finds."""
    return ids(get_json(client, f"{PATH}?{query}")["items"])


@pytest.fixture
def posts(member: Client, other: Client, thread: Any) -> list[int]:
    """The ids of two posts by ``other``, with one by ``member`` between them."""
    texts = ((other, "red apples"), (member, "green pears"), (other, "red pears"))
    return [make_post(who, thread["id"], text) for who, text in texts]


class TestWords:
    @pytest.mark.parametrize(
        ("query", "places"),
        [
            ("red", [2, 0]),
            ("RED", [2, 0]),
            ("red pears", [2]),
            ("pears -red", [1]),
            ('"green pears"', [1]),
            ("appl*", [0]),
            ("bananas", []),
        ],
    )
    def test_newest_first(
        self, member: Client, posts: list[int], query: str, places: list[int]
    ) -> None:
        assert found_ids(member, f"q={query}") == [posts[place] for place in places]

    def test_none_find_everything(self, member: Client, thread: Any, posts: list[int]) -> None:
        assert found_ids(member, "") == [*posts[::-1], thread["last_post"]["id"]]
        assert found_ids(member, "q=%20") == found_ids(member, "")

    def test_topic_finds_the_first_post(
        self, member: Client, other: Client, moderator: Client, forum_id: int
    ) -> None:
        thread = make_thread(member, forum_id, "Zebras and okapis")
        first_id = thread["last_post"]["id"]
        make_post(other, thread["id"])
        assert found_ids(member, "q=zebras") == [first_id]
        member.put(f"{PATH}/{first_id}", {"contents": "Edited."}, status=200)
        assert found_ids(member, "q=zebras edited") == [first_id]
        make_post(other, thread["id"], "More.")
        moderator.put(f"/forums/threads/{thread['id']}", {"topic": "Gnus"}, status=200)
        assert found_ids(member, "q=gnus edited") == [first_id]
        assert found_ids(member, "q=zebras") == []


class TestMarkup:
    @pytest.mark.parametrize("format", ["bbcode", "markdown"])
    def test_is_not_found(self, member: Client, other: Client, thread: Any, format: str) -> None:
        text = "[quote=zoe]Water[/quote] [user]zed[/user]"
        post_id = post(other, PATH, thread_id=thread["id"], contents=text, format=format)["id"]
        assert found_ids(member, "q=zed") == [post_id]
        assert (
            found_ids(member, "q=quote")
            == found_ids(member, "q=user")
            == found_ids(member, "q=zoe")
            == []
        )

    def test_of_what_it_surrounds_is_one_word(
        self, member: Client, other: Client, thread: Any
    ) -> None:
        post = make_post(other, thread["id"], "H[sub]2[/sub]O")
        assert found_ids(member, "q=h2o") == [post]


class TestChanges:
    def test_edit(self, other: Client, posts: list[int]) -> None:
        other.put(f"{PATH}/{posts[0]}", {"contents": "blue plums"}, status=200)
        assert found_ids(other, "q=plums") == [posts[0]]
        assert found_ids(other, "q=apples") == []

    def test_merged(self, other: Client, thread: Any, posts: list[int]) -> None:
        make_post(other, thread["id"], "blue plums")
        assert found_ids(other, "q=plums red pears") == [posts[2]]

    @pytest.mark.parametrize("kind", ["post", "thread", "forum"])
    def test_deleted_and_restored(
        self, member: Client, staff: Client, thread: Any, forum_id: int, posts: Any, kind: str
    ) -> None:
        where = {
            "post": f"{PATH}/{posts[0]}",
            "thread": f"/forums/threads/{thread['id']}",
            "forum": f"/forums/{forum_id}",
        }[kind]
        staff.delete(where, status=200)
        for client in (member, staff):
            assert found_ids(client, "q=apples") == []
            assert posts[0] not in found_ids(client, "")
        staff.post(f"{where}/restore", status=200)
        assert found_ids(member, "q=apples") == [posts[0]]

    def test_first_post_deleted_while_renamed(
        self, member: Client, moderator: Client, path: str, thread: Any
    ) -> None:
        first = f"{PATH}/{thread['last_post']['id']}"
        moderator.delete(first, status=200)
        moderator.put(path, {"topic": "Zebras"}, status=200)
        assert found_ids(member, "q=zebras") == []
        moderator.post(f"{first}/restore", status=200)
        assert found_ids(member, "q=zebras first") == [thread["last_post"]["id"]]


class TestFilters:
    def test_each(
        self, member: Client, staff: Client, category_id: int, thread: Any, posts: list[int]
    ) -> None:
        second = make_forum(staff, category_id, "Second")
        elsewhere = make_thread(member, second, "Red")["last_post"]["id"]
        user_id = thread["creator"]["id"]
        assert found_ids(member, f"forum_id={second}") == [elsewhere]
        assert found_ids(member, f"thread_id={thread['id']}&q=red") == [posts[2], posts[0]]
        assert found_ids(member, f"user_id={user_id}&q=pears") == [posts[1]]
        assert found_ids(member, "user_id=1000000000") == []

    def test_parts(self, member: Client, posts: list[int]) -> None:
        first = get_json(member, f"{PATH}?q=red&limit=1")
        assert ids(first["items"]) == [posts[2]]
        second = get_json(member, f"{PATH}?q=red&limit=1&after={first['after']}")
        assert (ids(second["items"]), second["after"]) == ([posts[0]], None)


class TestAccess:
    def test_nothing_of_what_one_does_not_see(
        self, member: Client, staff: Client, closed_id: int, permit: Callable[..., None]
    ) -> None:
        thread = make_thread(staff, closed_id, "Zebras")
        second = make_thread(staff, closed_id, "Zebras too")
        filters = ("q=zebras", f"forum_id={closed_id}", f"thread_id={thread['id']}")
        for query in filters:
            assert found_ids(member, query) == []
        permit("member", f"{THREAD}{thread['id']}")
        for query in filters:
            assert found_ids(member, query) == [thread["last_post"]["id"]]
        assert set(found_ids(staff, "q=zebras")) == {
            thread["last_post"]["id"],
            second["last_post"]["id"],
        }

    def test_words_that_were_taken_back(self, member: Client, thread: Any) -> None:
        new_post = post(member, PATH, thread_id=thread["id"], contents="secret")
        member.put(f"{PATH}/{new_post['id']}", {"contents": "x"}, status=200)
        assert found_ids(member, "q=secret") == []
