"""The cached copies of threads, and their invalidation by changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, make_poll, make_post, make_thread
from pulsar.interfaces import ICache
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


class TestStatements:
    @pytest.mark.parametrize("number", [1, 50])
    @pytest.mark.parametrize("who", ["member", "moderator", "staff"])
    def test_cold(
        self,
        request: pytest.FixtureRequest,
        who: str,
        number: int,
        other: Client,
        moderator: Client,
        path: str,
        thread: Any,
        registry: Any,
        count_sql: Any,
    ) -> None:
        make_poll(moderator, thread["id"])
        writers = [other, moderator]
        for place in range(number - 1):
            make_post(writers[place % 2], thread["id"], f"Post {place}")
        client = request.getfixturevalue(who)
        client.get("/users/me")
        tags = [f"forum-thread:{thread['id']}", f"forum-posts:{thread['id']}"]
        registry.getUtility(ICache).invalidate(tags)
        with count_sql() as statements:
            posts = get_json(client, path)["posts"]
        assert len(posts["items"]) == posts["total"] == number
        assert len(statements) <= 6, "\n".join(statements)

    def test_warm(self, member: Client, path: str, count_sql: Any) -> None:
        before = get_json(member, path)
        with count_sql() as statements:
            assert get_json(member, path) == before
        assert statements == []

    def test_shared(self, member: Client, other: Client, path: str, count_sql: Any) -> None:
        member.get(path)
        other.get("/users/me")
        with count_sql() as statements:
            other.get(path, status=200)
        # The caller's view of the thread is read, but not its posts.
        assert not [statement for statement in statements if "forums_posts.contents" in statement]

    def test_of_a_forum(self, member: Client, other: Client, forum_id: int, count_sql: Any) -> None:
        counts = []
        for number in (1, 20):
            for place in range(number):
                make_thread(other, forum_id, f"Topic {place}")
            member.get("/users/me")
            with count_sql() as statements:
                get_json(member, f"/forums/{forum_id}")
            counts.append(len(statements))
        assert counts[0] == counts[1]


class TestChanges:
    """All members see each change at once, in the thread, its forum and the list of forums."""

    @pytest.fixture
    def views(self, member: Client, other: Client, staff: Client, path: str, forum_id: int) -> Any:
        """``views()``: the thread, its forum and the list of forums, for several members."""

        def look() -> list[Any]:
            places = (path, f"{path}?limit=1", f"/forums/{forum_id}", "/forums/categories")
            return [
                get_json(client, place) for client in (member, other, staff) for place in places
            ]

        look()
        return look

    @pytest.fixture
    def fresh(self, views: Callable[[], Any], registry: Any) -> Callable[[], None]:
        """``fresh()``: compare the views with those of an empty cache."""

        def check() -> None:
            cached = views()
            registry.getUtility(ICache).clear()
            assert cached == views()

        return check

    @pytest.fixture
    def post_id(self, thread: Any, other: Client) -> int:
        """The id of a post by the other member."""
        return make_post(other, thread["id"])

    def test_post(self, member: Client, thread: Any, path: str, fresh: Any) -> None:
        post_id = make_post(member, thread["id"], "Second.")
        page = get_json(member, path)
        # It was merged into the first post, which is by the same member.
        assert [post["id"] for post in page["posts"]["items"]] == [post_id]
        assert page["posts"]["items"][0]["contents"] == "First post.\n\n\nSecond."
        fresh()

    def test_post_of_another(self, other: Client, thread: Any, path: str, fresh: Any) -> None:
        post_id = make_post(other, thread["id"], "Second.")
        page = get_json(other, path)
        assert (page["post_count"], page["last_post"]["id"]) == (2, post_id)
        assert page["posts"]["total"] == 2
        fresh()

    @pytest.mark.parametrize(
        ("method", "where", "body"),
        [
            ("PUT", "/forums/posts/{post}", {"contents": "Edited."}),
            ("PUT", "/forums/posts/{post}", {"sticky": True}),
            ("DELETE", "/forums/posts/{post}", None),
            ("PUT", "/forums/threads/{thread}", {"topic": "Edited"}),
            ("PUT", "/forums/threads/{thread}", {"locked": True, "sticky": True}),
            ("POST", "/forums/threads/{thread}/notes", {"note": "A note."}),
            ("POST", "/polls", {"question": "?", "choices": ["a", "b"]}),
            ("PUT", "/forums/{forum}", {"name": "Edited"}),
            ("POST", "/subscriptions/threads/{thread}", None),
            ("PUT", "/forums/threads/{thread}/viewed", {}),
            ("PUT", "/forums/{forum}/viewed", None),
        ],
    )
    def test_changes(
        self,
        staff: Client,
        thread: Any,
        forum_id: int,
        post_id: int,
        views: Any,
        fresh: Any,
        method: str,
        where: str,
        body: Any,
    ) -> None:
        before = views()
        path = where.format(post=post_id, thread=thread["id"], forum=forum_id)
        if path == "/polls":
            body = {**body, "thread_id": thread["id"]}
        assert getattr(staff, method.lower())(path, body).status_int in (200, 201)
        assert views() != before
        fresh()

    def test_vote(self, member: Client, staff: Client, thread: Any, views: Any, fresh: Any) -> None:
        poll = make_poll(staff, thread["id"])
        before = views()
        member.post(f"/polls/votes/{poll['choices'][0]['id']}", status=200)
        assert views() != before
        fresh()

    def test_restoring(self, staff: Client, post_id: int, views: Any, fresh: Any) -> None:
        before = views()
        staff.delete(f"/forums/posts/{post_id}", status=200)
        fresh()
        staff.post(f"/forums/posts/{post_id}/restore", status=200)
        assert views() == before
        fresh()

    def test_moving(
        self,
        staff: Client,
        member: Client,
        forum_id: int,
        closed_id: int,
        path: str,
        fresh: Any,
    ) -> None:
        staff.put(path, {"forum_id": closed_id}, status=200)
        member.get(path, status=404)
        staff.put(path, {"forum_id": forum_id}, status=200)
        fresh()

    def test_deleting_the_thread(self, staff: Client, member: Client, path: str) -> None:
        get_json(member, path)
        staff.delete(path, status=200)
        member.get(path, status=404)
        staff.post(f"{path}/restore", status=200)
        get_json(member, path)

    def test_deleting_the_forum(
        self, staff: Client, member: Client, path: str, forum_id: int
    ) -> None:
        get_json(member, path)
        staff.delete(f"/forums/{forum_id}", status=200)
        member.get(path, status=404)
        assert member.get("/forums/posts").json["response"]["items"] == []
        staff.post(f"/forums/{forum_id}/restore", status=200)
        get_json(member, path)

    def test_author_renamed(
        self, staff: Client, path: str, factory: Factory, other: Client
    ) -> None:
        user_class = factory.user_class("Writer", "forums_view", rank=1)
        user_id = get_json(other, path)["creator"]["id"]
        staff.put(
            f"/users/{user_id}/class",
            {"user_class_id": user_class.id, "reason": "Writes."},
            status=200,
        )
        assert get_json(other, path)["posts"]["items"][0]["user"]["user_class"] == "Writer"
        staff.put(f"/user_classes/{user_class.id}", {"name": "Poet"}, status=200)
        assert get_json(other, path)["posts"]["items"][0]["user"]["user_class"] == "Poet"
