"""Deleting posts and restoring them."""

from __future__ import annotations

from typing import Any

import pytest

from forums.examples import get_json, ids, make_post, make_thread
from pulsar.testing.client import Client


def place(post_id: int) -> str:
    """Return the path of a post."""
    return f"/forums/posts/{post_id}"


@pytest.fixture
def second_id(other: Client, thread: Any) -> int:
    """The id of the thread's second and last post, by ``other``."""
    return make_post(other, thread["id"], "Second.")


class TestDelete:
    def test_what_is_counted(
        self, other: Client, moderator: Client, path: str, second_id: int
    ) -> None:
        assert get_json(other, "/users/me")["forum_post_count"] == 1
        for _ in range(2):
            answer = moderator.delete(place(second_id), status=200)
            said = f"ForumPost {second_id} has been deleted."
            assert answer.json["response"] == said
            response = get_json(other, path)
            assert (response["post_count"], response["posts"]["total"]) == (1, 1)
            assert get_json(other, "/users/me")["forum_post_count"] == 0

    def test_last_post(
        self, other: Client, moderator: Client, thread: Any, path: str, second_id: int
    ) -> None:
        moderator.delete(place(second_id), status=200)
        assert get_json(other, path)["last_post"]["id"] == thread["last_post"]["id"]
        moderator.delete(place(thread["last_post"]["id"]), status=200)
        response = get_json(other, path)
        assert (response["last_post"], response["post_count"]) == (None, 0)
        assert response["posts"]["items"] == []

    def test_place_in_the_list(
        self, member: Client, moderator: Client, thread: Any, forum_id: int, second_id: int
    ) -> None:
        where = f"/forums/{forum_id}"
        newer = make_thread(member, forum_id)["id"]
        assert ids(get_json(member, where)["threads"]["items"]) == [newer, thread["id"]]
        bump = make_post(member, thread["id"])
        assert ids(get_json(member, where)["threads"]["items"]) == [thread["id"], newer]
        moderator.delete(place(bump), status=200)
        forum = get_json(member, where)
        assert ids(forum["threads"]["items"]) == [newer, thread["id"]]
        assert forum["last_updated_thread"]["id"] == newer
        moderator.post(f"{place(bump)}/restore", status=200)
        assert ids(get_json(member, where)["threads"]["items"]) == [thread["id"], newer]

    def test_thread_without_posts_keeps_its_place(
        self, member: Client, moderator: Client, forum_id: int
    ) -> None:
        empty, newer = (make_thread(member, forum_id, topic) for topic in ("Empty", "Newer"))
        moderator.delete(place(empty["last_post"]["id"]), status=200)
        forum = get_json(member, f"/forums/{forum_id}")
        assert ids(forum["threads"]["items"]) == [newer["id"], empty["id"]]
        assert forum["threads"]["items"][1]["last_post"] is None

    def test_sticky_thread_stays_on_top(
        self, member: Client, moderator: Client, thread: Any, forum_id: int, second_id: int
    ) -> None:
        moderator.put(f"/forums/threads/{thread['id']}", {"sticky": True}, status=200)
        newer = make_thread(member, forum_id)["id"]
        moderator.delete(place(second_id), status=200)
        items = get_json(member, f"/forums/{forum_id}")["threads"]["items"]
        assert ids(items) == [thread["id"], newer]

    def test_without_the_permission(self, other: Client, second_id: int) -> None:
        other.delete(place(second_id), status=403)

    def test_restored(
        self, other: Client, moderator: Client, path: str, second_id: int, forum_id: int
    ) -> None:
        paths = (path, f"/forums/{forum_id}", "/users/me", place(second_id), "/forums/posts")
        before = [get_json(other, path) for path in paths]
        moderator.delete(place(second_id), status=200)
        other.get(place(second_id), status=404)
        for _ in range(2):
            moderator.post(f"{place(second_id)}/restore", status=200)
            assert [get_json(other, path) for path in paths] == before


class TestIncludeDead:
    def test_for_those_who_may(
        self, other: Client, moderator: Client, thread: Any, path: str, second_id: int
    ) -> None:
        moderator.delete(place(second_id), status=200)
        first_id = thread["last_post"]["id"]
        posts = get_json(moderator, f"{path}?include_dead=true")["posts"]
        assert (ids(posts["items"]), posts["total"]) == ([first_id, second_id], 2)
        assert [item["deleted"] for item in posts["items"]] == [False, True]
        assert ids(get_json(moderator, path)["posts"]["items"]) == [first_id]
        posts = get_json(other, f"{path}?include_dead=true")["posts"]
        assert (ids(posts["items"]), posts["total"]) == ([first_id], 1)

    def test_single_one(self, other: Client, moderator: Client, second_id: int) -> None:
        moderator.delete(place(second_id), status=200)
        assert get_json(moderator, place(second_id))["deleted"] is True
        other.get(place(second_id), status=404)
        other.put(place(second_id), {"contents": "x"}, status=404)

    def test_editing_a_deleted_one_keeps_it_unfindable(
        self, other: Client, moderator: Client, second_id: int
    ) -> None:
        moderator.delete(place(second_id), status=200)
        moderator.put(place(second_id), {"contents": "hippopotamus"}, status=200)
        assert get_json(other, "/forums/posts?q=hippopotamus")["items"] == []
        moderator.post(f"{place(second_id)}/restore", status=200)
        assert ids(get_json(other, "/forums/posts?q=hippopotamus")["items"]) == [second_id]
