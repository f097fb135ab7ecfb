"""Creating, showing, editing and deleting forums."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from forums.examples import get_json, ids, make_category, make_forum, make_post, make_thread, post
from forums.queries import count_live_posts, count_live_threads
from pulsar.testing.client import Client


class TestCreate:
    def test_what_is_shown(self, staff: Client, category_id: int) -> None:
        body = {"name": "n" * 32, "description": "d" * 1024, "position": 99_999}
        forum = post(staff, "/forums", category_id=category_id, **body)
        assert {name: forum[name] for name in body} == body
        assert forum["category"] == {"id": category_id, "name": "Category"}
        assert (forum["thread_count"], forum["last_updated_thread"]) == (0, None)
        assert forum["threads"] == {
            "items": [],
            "page": 1,
            "pages": 1,
            "limit": 50,
            "total": 0,
            "after": None,
            "next": None,
        }

    def test_unknown_or_deleted_category(self, staff: Client, category_id: int) -> None:
        staff.delete(f"/forums/categories/{category_id}", status=200)
        for key in (category_id, 10**9):
            body = {"name": "Name", "category_id": key}
            answer = staff.post("/forums", body, status=400)
            assert answer.json["errors"] == {"category_id": ["Invalid ForumCategory id."]}

    def test_by_members(self, member: Client, category_id: int) -> None:
        member.post("/forums", {"name": "Name", "category_id": category_id}, status=403)


class TestEdit:
    def test_moved_to_another_category(
        self, staff: Client, member: Client, category_id: int, forum_id: int
    ) -> None:
        second = make_category(staff, "Second")
        change = {"category_id": second, "name": "Renamed", "description": None}
        staff.put(f"/forums/{forum_id}", change, status=200)
        (category,) = get_json(member, "/forums/categories")
        assert (category["id"], category["forums"][0]["name"]) == (second, "Renamed")
        # The first category has no forums any more.
        staff.delete(f"/forums/categories/{category_id}", status=200)

    def test_refused(self, staff: Client, member: Client, forum_id: int) -> None:
        change = {"category_id": 10**9, "name": "Renamed"}
        answer = staff.put(f"/forums/{forum_id}", change, status=400)
        assert set(answer.json["errors"]) == {"category_id"}
        assert get_json(member, f"/forums/{forum_id}")["name"] == "Forum"


class TestThreads:
    def test_newest_post_first(
        self, member: Client, other: Client, forum_id: int, staff: Client
    ) -> None:
        first, second = (make_thread(member, forum_id, topic)["id"] for topic in ("1", "2"))
        assert ids(get_json(member, f"/forums/{forum_id}")["threads"]["items"]) == [second, first]
        post_id = make_post(other, first)
        forum = get_json(member, f"/forums/{forum_id}")
        assert ids(forum["threads"]["items"]) == [first, second]
        newest = forum["last_updated_thread"]
        assert (newest["id"], newest["last_post"]["id"]) == (first, post_id)
        staff.put(f"/forums/threads/{second}", {"sticky": True}, status=200)
        forum = get_json(member, f"/forums/{forum_id}")
        # Sticky threads come first, but the newest thread is still the one with the newest post.
        assert ids(forum["threads"]["items"]) == [second, first]
        assert forum["last_updated_thread"]["id"] == first

    def test_deleted_ones_for_those_who_may(
        self, member: Client, moderator: Client, forum_id: int, thread: Any, path: str
    ) -> None:
        moderator.delete(path, status=200)
        where = f"/forums/{forum_id}"
        assert get_json(moderator, where)["threads"]["items"] == []
        assert get_json(member, f"{where}?include_dead=true")["threads"]["items"] == []
        threads = get_json(moderator, f"{where}?include_dead=true")["threads"]
        assert (ids(threads["items"]), threads["total"]) == ([thread["id"]], 1)
        assert threads["items"][0]["deleted"] is True


class TestDelete:
    def test_with_all_that_is_in_it(
        self, member: Client, staff: Client, forum_id: int, thread: Any, path: str
    ) -> None:
        answer = staff.delete(f"/forums/{forum_id}", status=200)
        assert answer.json["response"] == f"Forum {forum_id} (Forum) has been deleted."
        member.get(f"/forums/{forum_id}", status=404)
        member.get(path, status=404)
        member.get(f"/forums/posts/{thread['last_post']['id']}", status=404)
        body = {"thread_id": thread["id"], "contents": "x"}
        member.post("/forums/posts", body, status=400)
        assert get_json(staff, f"/forums/{forum_id}")["deleted"] is True

    def test_empty_one(self, staff: Client, forum_id: int) -> None:
        staff.delete(f"/forums/{forum_id}", status=200)
        assert get_json(staff, f"/forums/{forum_id}")["deleted"] is True

    def test_no_thread_is_begun_in_it(self, staff: Client, forum_id: int) -> None:
        staff.delete(f"/forums/{forum_id}", status=200)
        body = {"forum_id": forum_id, "topic": "x", "contents": "x"}
        answer = staff.post("/forums/threads", body, status=400)
        assert answer.json["errors"] == {"forum_id": ["Invalid Forum id."]}

    def test_counts_of_members(self, member: Client, staff: Client, forum_id: int) -> None:
        make_thread(member, forum_id)
        before = get_json(member, "/users/me")
        assert (before["forum_post_count"], before["forum_thread_count"]) == (1, 1)
        staff.delete(f"/forums/{forum_id}", status=200)
        after = get_json(member, "/users/me")
        assert (after["forum_post_count"], after["forum_thread_count"]) == (0, 0)
        staff.post(f"/forums/{forum_id}/restore", status=200)
        assert get_json(member, "/users/me") == before

    def test_restored(
        self, member: Client, staff: Client, forum_id: int, path: str, category_id: int
    ) -> None:
        before = get_json(member, path)
        staff.delete(f"/forums/{forum_id}", status=200)
        staff.post(f"/forums/{forum_id}/restore", status=200)
        assert get_json(member, path) == before
        assert get_json(member, f"/forums/{forum_id}")["thread_count"] == 1

    def test_not_restored_into_a_deleted_category(
        self, staff: Client, forum_id: int, category_id: int
    ) -> None:
        staff.delete(f"/forums/{forum_id}", status=200)
        staff.delete(f"/forums/categories/{category_id}", status=200)
        answer = staff.post(f"/forums/{forum_id}/restore", status=400)
        assert answer.json["errors"] == {"category_id": ["Invalid ForumCategory id."]}
        staff.post(f"/forums/categories/{category_id}/restore", status=200)
        staff.post(f"/forums/{forum_id}/restore", status=200)


class TestStatistics:
    def test_without_what_is_in_deleted_forums(
        self, member: Client, staff: Client, category_id: int, forum_id: int, db: Session
    ) -> None:
        second = make_forum(staff, category_id, "Second")
        thread = make_thread(member, forum_id)
        make_post(staff, thread["id"])
        make_thread(member, second)
        assert (count_live_threads(db), count_live_posts(db)) == (2, 3)
        staff.delete(f"/forums/{forum_id}", status=200)
        assert (count_live_threads(db), count_live_posts(db)) == (1, 1)
