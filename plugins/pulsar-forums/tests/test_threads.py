"""Creating, changing, moving and deleting threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from forums.examples import get_json, ids, make_forum, make_post, make_thread, post
from forums.models import Post, Thread
from pulsar.testing.client import Client


def counts(client: Client, forum_id: int) -> tuple[int, int, int]:
    """Return the forum's counted and listed threads, and the number of the caller's posts."""
    forum = get_json(client, f"/forums/{forum_id}")
    mine = get_json(client, "/users/me")["forum_post_count"]
    return forum["thread_count"], len(forum["threads"]["items"]), mine


class TestCreate:
    def test_with_its_first_post(self, member: Client, forum_id: int) -> None:
        body = {"forum_id": forum_id, "topic": " A topic ", "contents": "**Text**"}
        thread = post(member, "/forums/threads", format="markdown", **body)
        assert (thread["topic"], thread["creator"]["username"]) == ("A topic", "member")
        assert thread["forum"] == {"id": forum_id, "name": "Forum"}
        assert (thread["locked"], thread["sticky"], thread["poll"]) == (False, False, None)
        assert (thread["post_count"], thread["unread_count"]) == (1, 0)
        (first,) = thread["posts"]["items"]
        assert thread["last_post"]["id"] == thread["last_viewed_post"]["id"] == first["id"]
        assert (first["contents"], first["format"]) == ("**Text**", "markdown")

    def test_refused(self, member: Client, forum_id: int) -> None:
        body = {"forum_id": forum_id, "topic": "t" * 151, "contents": " \n"}
        answer = member.post("/forums/threads", body, status=400)
        assert set(answer.json["errors"]) == {"topic", "contents"}
        assert counts(member, forum_id) == (0, 0, 0)

    @pytest.mark.parametrize("kind", ["missing", "closed"])
    def test_where_one_sees_nothing(self, member: Client, closed_id: int, kind: str) -> None:
        key = closed_id if kind == "closed" else 10**9
        body = {"forum_id": key, "topic": "x", "contents": "x"}
        answer = member.post("/forums/threads", body, status=400)
        assert answer.json["errors"] == {"forum_id": ["Invalid Forum id."]}

    def test_without_the_permission(self, join: Callable[..., Client], forum_id: int) -> None:
        reader = join(denials=["forums_threads_create"])
        body = {"forum_id": forum_id, "topic": "x", "contents": "x"}
        reader.post("/forums/threads", body, status=403)


class TestEdit:
    def test_topic(self, moderator: Client, member: Client, path: str) -> None:
        moderator.put(path, {"topic": " Other "}, status=200)
        assert get_json(member, path)["topic"] == "Other"

    def test_not_by_its_creator(self, member: Client, path: str) -> None:
        member.put(path, {"topic": "Other"}, status=403)

    def test_locked(self, moderator: Client, member: Client, path: str) -> None:
        moderator.put(path, {"locked": True}, status=200)
        assert get_json(member, path)["locked"] is True
        moderator.put(path, {"locked": False}, status=200)
        assert get_json(member, path)["locked"] is False

    def test_sticky_ones_come_first(
        self, moderator: Client, member: Client, other: Client, forum_id: int
    ) -> None:
        thread_ids = [make_thread(member, forum_id, str(number))["id"] for number in range(4)]
        for key in (thread_ids[0], thread_ids[1]):
            moderator.put(f"/forums/threads/{key}", {"sticky": True}, status=200)

        def order() -> list[int]:
            return [
                thread_ids.index(key) for key in ids(get_json(member, where)["threads"]["items"])
            ]

        where = f"/forums/{forum_id}"
        assert order() == [1, 0, 3, 2]
        make_post(other, thread_ids[0])
        make_post(other, thread_ids[2])
        assert order() == [0, 1, 2, 3]
        moderator.put(f"/forums/threads/{thread_ids[0]}", {"sticky": False}, status=200)
        assert order() == [1, 2, 0, 3]


class TestMove:
    @pytest.fixture
    def second_id(self, staff: Client, category_id: int) -> int:
        """The id of another open forum."""
        return make_forum(staff, category_id, "Second")

    def test_counts(
        self,
        member: Client,
        other: Client,
        staff: Client,
        thread: Any,
        path: str,
        forum_id: int,
        closed_id: int,
    ) -> None:
        make_post(other, thread["id"])
        assert counts(member, forum_id) == (1, 1, 1)
        assert counts(staff, closed_id)[:2] == (0, 0)
        staff.put(path, {"forum_id": closed_id}, status=200)
        # Members only see the counts of forums that are visible to them.
        assert counts(member, forum_id) == counts(other, forum_id) == (0, 0, 0)
        assert counts(staff, closed_id)[:2] == (1, 1)
        member_id = thread["creator"]["id"]
        seen = get_json(staff, f"/users/{member_id}")
        assert (seen["forum_post_count"], seen["forum_thread_count"]) == (1, 1)
        staff.put(path, {"forum_id": forum_id}, status=200)
        assert counts(member, forum_id) == counts(other, forum_id) == (1, 1, 1)

    def test_place_in_the_list(
        self, member: Client, moderator: Client, forum_id: int, second_id: int
    ) -> None:
        moved = make_thread(member, forum_id)["id"]
        newer = make_thread(member, second_id)["id"]
        moderator.put(f"/forums/threads/{moved}", {"forum_id": second_id}, status=200)
        forum = get_json(member, f"/forums/{second_id}")
        assert ids(forum["threads"]["items"]) == [newer, moved]
        assert get_json(member, f"/forums/{forum_id}")["last_updated_thread"] is None

    def test_to_where_one_sees_nothing(
        self, moderator: Client, member: Client, path: str, closed_id: int, forum_id: int
    ) -> None:
        change = {"forum_id": closed_id, "topic": "Other"}
        answer = moderator.put(path, change, status=400)
        assert answer.json["errors"] == {"forum_id": ["Invalid Forum id."]}
        assert get_json(member, path)["topic"] == "Topic"
        assert counts(member, forum_id) == (1, 1, 1)

    def test_deleted(
        self,
        member: Client,
        moderator: Client,
        thread: Any,
        path: str,
        forum_id: int,
        second_id: int,
    ) -> None:
        moderator.delete(path, status=200)
        moderator.put(path, {"forum_id": second_id}, status=200)
        assert counts(member, second_id) == (0, 0, 0)
        moderator.post(f"{path}/restore", status=200)
        assert counts(member, second_id) == (1, 1, 1)
        assert counts(member, forum_id)[:2] == (0, 0)


class TestNotes:
    def test_for_moderators(self, moderator: Client, member: Client, path: str) -> None:
        for text in ("First.", "Second."):
            new_note = post(moderator, f"{path}/notes", note=text)
            assert (new_note["note"], new_note["user"]["username"]) == (text, "moderator")
        notes = get_json(moderator, path)["thread_notes"]
        assert [note["note"] for note in notes] == ["Second.", "First."]
        assert "thread_notes" not in get_json(member, path)
        member.post(f"{path}/notes", {"note": "x"}, status=403)

    def test_length(self, moderator: Client, path: str) -> None:
        moderator.post(f"{path}/notes", {"note": "n" * 10_001}, status=400)
        post(moderator, f"{path}/notes", note="n" * 10_000)


class TestDelete:
    def test_counts(
        self,
        member: Client,
        other: Client,
        moderator: Client,
        thread: Any,
        path: str,
        forum_id: int,
    ) -> None:
        make_post(other, thread["id"])
        gone = make_post(member, thread["id"])
        moderator.delete(f"/forums/posts/{gone}", status=200)
        for _ in range(2):
            answer = moderator.delete(path, status=200)
            said = f"ForumThread {thread['id']} (Topic) has been deleted."
            assert answer.json["response"] == said
            assert counts(member, forum_id) == counts(other, forum_id) == (0, 0, 0)
        member.get(f"/forums/posts/{thread['last_post']['id']}", status=404)
        for _ in range(2):
            moderator.post(f"{path}/restore", status=200)
            assert counts(member, forum_id) == counts(other, forum_id) == (1, 1, 1)
        assert get_json(member, path)["post_count"] == 2

    def test_post_deleted_meanwhile(
        self, member: Client, moderator: Client, thread: Any, path: str, forum_id: int
    ) -> None:
        moderator.delete(path, status=200)
        moderator.delete(f"/forums/posts/{thread['last_post']['id']}", status=200)
        assert counts(member, forum_id) == (0, 0, 0)
        moderator.post(f"{path}/restore", status=200)
        assert counts(member, forum_id) == (1, 1, 0)

    def test_nobody_posts_in_it(self, moderator: Client, thread: Any, path: str) -> None:
        moderator.delete(path, status=200)
        body = {"thread_id": thread["id"], "contents": "x"}
        answer = moderator.post("/forums/posts", body, status=400)
        assert answer.json["errors"] == {"thread_id": ["Invalid ForumThread id."]}

    def test_by_its_creator(self, member: Client, path: str) -> None:
        member.delete(path, status=403)


class TestWithoutPosts:
    """A live thread whose posts have no rows any more."""

    @pytest.fixture
    def bare_path(self, member: Client, forum_id: int, db: Session) -> str:
        thread = make_thread(member, forum_id)
        empty = {"post_count": 0, "last_post_id": None}
        db.execute(update(Thread).where(Thread.id == thread["id"]).values(**empty))
        db.execute(delete(Post).where(Post.thread_id == thread["id"]))
        db.commit()
        return f"/forums/threads/{thread['id']}"

    def test_it_is_shown_and_changed(
        self, member: Client, moderator: Client, bare_path: str, forum_id: int
    ) -> None:
        thread_id = int(bare_path.rpartition("/")[2])
        response = get_json(member, bare_path)
        assert (response["last_post"], response["posts"]["items"]) == (None, [])
        assert ids(get_json(member, f"/forums/{forum_id}")["threads"]["items"]) == [thread_id]
        member.put(f"{bare_path}/viewed", {}, status=200)
        for change in ({"topic": "New"}, {"locked": True}, {"locked": False, "sticky": True}):
            response = moderator.put(bare_path, change, status=200).json["response"]
            assert {name: response[name] for name in change} == change
        assert get_json(member, bare_path)["topic"] == "New"
        for path in ("subscriptions/threads", "subscriptions/forums"):
            assert member.get(f"/{path}").status_int == 200

    def test_it_is_moved_deleted_and_restored(
        self, member: Client, staff: Client, bare_path: str, category_id: int, moderator: Client
    ) -> None:
        other_id = make_forum(staff, category_id)
        response = moderator.put(bare_path, {"forum_id": other_id}, status=200).json["response"]
        assert response["forum"]["id"] == other_id
        moderator.delete(bare_path, status=200)
        moderator.post(f"{bare_path}/restore", status=200)
        assert get_json(member, bare_path)["forum"]["id"] == other_id

    def test_it_is_written_in(self, member: Client, bare_path: str) -> None:
        post_id = make_post(member, int(bare_path.rpartition("/")[2]))
        response = get_json(member, bare_path)
        assert (response["last_post"]["id"], response["post_count"]) == (post_id, 1)
