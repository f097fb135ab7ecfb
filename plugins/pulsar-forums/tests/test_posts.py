"""Writing and editing posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, ids, make_post, make_thread, post
from forums.schemas import MAX_CONTENTS
from pulsar.testing.client import Client

PATH = "/forums/posts"


@pytest.fixture
def first_id(thread: Any) -> int:
    """The id of the thread's first post, by ``member``."""
    last_post_id: int = thread["last_post"]["id"]
    return last_post_id


def contents(client: Client, path: str) -> list[str]:
    """Return the contents of the thread's posts."""
    return [item["contents"] for item in get_json(client, path)["posts"]["items"]]


class TestCreate:
    def test_what_is_shown(self, other: Client, thread: Any) -> None:
        new_post = post(other, PATH, thread_id=thread["id"], contents="[b]x[/b]", format="bbcode")
        assert new_post["thread"] == {"id": thread["id"], "topic": "Topic"}
        assert (new_post["user"]["username"], new_post["user"]["enabled"]) == ("other", True)
        assert (new_post["contents"], new_post["format"], new_post["sticky"]) == (
            "[b]x[/b]",
            "bbcode",
            False,
        )
        assert (new_post["edited_time"], new_post["editor"]) == (None, None)
        assert "edit_history" not in new_post
        assert get_json(other, f"{PATH}/{new_post['id']}") == new_post

    def test_missing_thread(self, member: Client) -> None:
        body = {"thread_id": 10**9, "contents": "x"}
        answer = member.post(PATH, body, status=400)
        assert answer.json["errors"] == {"thread_id": ["Invalid ForumThread id."]}

    def test_without_the_permission(self, join: Callable[..., Client], thread: Any) -> None:
        reader = join(denials=["forums_posts_create"])
        reader.post(PATH, {"thread_id": thread["id"], "contents": "x"}, status=403)


class TestLength:
    def test_longest(self, member: Client, other: Client, thread: Any) -> None:
        body = {"thread_id": thread["id"], "contents": "x" * MAX_CONTENTS}
        post(other, PATH, **body)
        body["contents"] += "x"
        for client in (member, other):
            answer = client.post(PATH, body, status=400)
            assert set(answer.json["errors"]) == {"contents"}

    def test_of_the_first_and_of_edits(self, member: Client, first_id: int, forum_id: int) -> None:
        text = "x" * (MAX_CONTENTS + 1)
        answer = member.put(f"{PATH}/{first_id}", {"contents": text}, status=400)
        assert set(answer.json["errors"]) == {"contents"}
        body = {"forum_id": forum_id, "topic": "x", "contents": text}
        answer = member.post("/forums/threads", body, status=400)
        assert set(answer.json["errors"]) == {"contents"}
        assert get_json(member, f"/forums/{forum_id}")["thread_count"] == 1

    def test_without_limit(self, join: Callable[..., Client], thread: Any, path: str) -> None:
        writer = join(grants=["site_no_post_length_limit"])
        text = "x" * (MAX_CONTENTS + 1)
        new_post = post(writer, PATH, thread_id=thread["id"], contents=text)
        # Adding to the post is not limited either.
        post(writer, PATH, thread_id=thread["id"], contents="more")
        assert get_json(writer, f"{PATH}/{new_post['id']}")["contents"] == f"{text}\n\n\nmore"


class TestDoublePost:
    def test_is_added_to_the_last_one(self, member: Client, thread: Any, first_id: int) -> None:
        new_post = post(member, PATH, thread_id=thread["id"], contents="Second.")
        assert (new_post["id"], new_post["contents"]) == (first_id, "First post.\n\n\nSecond.")
        assert new_post["edited_time"] is not None
        assert new_post["editor"]["username"] == "member"
        assert get_json(member, "/users/me")["forum_post_count"] == 1

    def test_as_an_edit(
        self, member: Client, moderator: Client, thread: Any, first_id: int
    ) -> None:
        make_post(member, thread["id"], "Second.")
        history = get_json(moderator, f"{PATH}/{first_id}")["edit_history"]
        assert [edit["contents"] for edit in history] == ["First post."]

    def test_never_into_an_older_one(
        self, member: Client, other: Client, thread: Any, path: str
    ) -> None:
        make_post(other, thread["id"], "Between.")
        make_post(member, thread["id"], "Third.")
        assert contents(member, path) == ["First post.", "Between.", "Third."]

    def test_last_one_was_deleted(
        self, member: Client, other: Client, moderator: Client, thread: Any, path: str
    ) -> None:
        gone = make_post(other, thread["id"], "Gone.")
        moderator.delete(f"{PATH}/{gone}", status=200)
        make_post(member, thread["id"], "Second.")
        assert contents(member, path) == ["First post.\n\n\nSecond."]
        moderator.post(f"{PATH}/{gone}/restore", status=200)
        assert contents(member, path) == ["First post.\n\n\nSecond.", "Gone."]
        make_post(member, thread["id"], "Third.")
        assert contents(member, path)[1:] == ["Gone.", "Third."]

    def test_own_last_one_was_deleted(
        self, member: Client, moderator: Client, thread: Any, path: str, first_id: int
    ) -> None:
        moderator.delete(f"{PATH}/{first_id}", status=200)
        make_post(member, thread["id"], "Second.")
        assert contents(member, path) == ["Second."]

    def test_of_another_format(self, member: Client, thread: Any, path: str) -> None:
        other = "markdown" if thread["posts"]["items"][0]["format"] == "bbcode" else "bbcode"
        post(member, PATH, thread_id=thread["id"], contents="Second.", format=other)
        assert contents(member, path) == ["First post.", "Second."]

    def test_with_the_permission(self, join: Callable[..., Client], thread: Any, path: str) -> None:
        writer = join(grants=["forums_posts_double"])
        for text in ("a", "b"):
            make_post(writer, thread["id"], text)
        assert contents(writer, path) == ["First post.", "a", "b"]

    def test_too_long_together(self, other: Client, thread: Any, path: str) -> None:
        make_post(other, thread["id"], "x" * (MAX_CONTENTS - 4))
        body = {"thread_id": thread["id"], "contents": "yy"}
        answer = other.post(PATH, body, status=400)
        assert answer.json["response"] == (
            "Post could not be merged into previous post (must be <256,000 characters combined)."
        )
        assert answer.json["code"] == "posts_not_mergeable"
        make_post(other, thread["id"], "y")
        assert len(contents(other, path)[-1]) == MAX_CONTENTS


class TestLocked:
    @pytest.fixture(autouse=True)
    def locked(self, moderator: Client, path: str) -> None:
        """Lock the thread."""
        moderator.put(path, {"locked": True}, status=200)

    def test_posting(self, other: Client, moderator: Client, thread: Any) -> None:
        answer = other.post(PATH, {"thread_id": thread["id"], "contents": "x"}, status=400)
        assert answer.json["response"] == "You cannot post in a locked thread."
        make_post(moderator, thread["id"])

    def test_editing(self, member: Client, moderator: Client, first_id: int) -> None:
        change = {"contents": "Edited."}
        answer = member.put(f"{PATH}/{first_id}", change, status=400)
        assert answer.json["response"] == "You cannot modify posts in a locked thread."
        moderator.put(f"{PATH}/{first_id}", change, status=200)

    def test_poll(self, member: Client, moderator: Client, thread: Any) -> None:
        body = {"thread_id": thread["id"], "question": "?", "choices": ["a", "b"]}
        assert member.post("/polls", body, status=400).json["code"] == "thread_locked"
        moderator.post("/polls", body, status=201)


class TestEdit:
    def test_own(self, member: Client, first_id: int) -> None:
        answer = member.put(f"{PATH}/{first_id}", {"contents": "Edited."}, status=200)
        response = answer.json["response"]
        assert (response["contents"], response["editor"]["username"]) == ("Edited.", "member")
        assert response["edited_time"] is not None

    def test_others(self, other: Client, moderator: Client, member: Client, first_id: int) -> None:
        other.put(f"{PATH}/{first_id}", {"contents": "Edited."}, status=403)
        moderator.put(f"{PATH}/{first_id}", {"contents": "Edited."}, status=200)
        response = get_json(member, f"{PATH}/{first_id}")
        assert (response["user"]["username"], response["editor"]["username"]) == (
            "member",
            "moderator",
        )

    def test_own_without_the_permission_to_post(
        self, member: Client, first_id: int, permit: Callable[..., None]
    ) -> None:
        permit("member", "forums_posts_create", granted=False)
        member.put(f"{PATH}/{first_id}", {"contents": "Edited."}, status=403)

    def test_nothing_new_is_no_edit(self, member: Client, first_id: int) -> None:
        answer = member.put(f"{PATH}/{first_id}", {"contents": "First post."}, status=200)
        assert answer.json["response"]["edited_time"] is None

    def test_does_not_change_the_order(
        self, member: Client, other: Client, thread: Any, path: str, first_id: int
    ) -> None:
        second = make_post(other, thread["id"])
        member.put(f"{PATH}/{first_id}", {"contents": "Edited."}, status=200)
        assert ids(get_json(member, path)["posts"]["items"]) == [first_id, second]
        assert get_json(member, path)["last_post"]["id"] == second


class TestSticky:
    def test_for_moderators(self, member: Client, moderator: Client, first_id: int) -> None:
        answer = moderator.put(f"{PATH}/{first_id}", {"sticky": True}, status=200)
        assert answer.json["response"]["sticky"] is True
        assert answer.json["response"]["edited_time"] is None
        change = {"sticky": False, "contents": "Edited."}
        member.put(f"{PATH}/{first_id}", change, status=403)
        response = get_json(member, f"{PATH}/{first_id}")
        assert (response["sticky"], response["contents"]) == (True, "First post.")


class TestSiteLog:
    def test_of_others_posts_only(
        self, member: Client, moderator: Client, staff: Client, forum_id: int
    ) -> None:
        last_post_id = make_thread(member, forum_id)["last_post"]["id"]
        for client in (member, moderator):
            client.put(f"{PATH}/{last_post_id}", {"contents": f"{client}"}, status=200)
        items = get_json(staff, "/site_log?action=forum_post_edited")["items"]
        assert len(items) == 1
