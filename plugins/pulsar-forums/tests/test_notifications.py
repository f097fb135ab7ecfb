"""Notifications of posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, make_post, make_thread
from forums.permissions import FORUM
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

TYPES = ("forums_mentioned", "forums_quoted", "forums_subscription")
MENTION, QUOTE = "[user]member[/user]", "[quote=member]Yes.[/quote] No."


def told(client: Client) -> list[tuple[str, int]]:
    """Return the types and posts of the caller's unread notifications, oldest first."""
    unread = get_json(client, "/notifications")
    notifications = [item for name in TYPES for item in unread.get(name, [])]
    numbers = get_json(client, "/notifications/unread")
    assert sum(numbers.get(name, 0) for name in TYPES) == len(notifications)
    notifications.sort(key=lambda item: item["id"])
    return [
        (notification["type"].removeprefix("forums_"), notification["subject_id"])
        for notification in notifications
    ]


@pytest.fixture
def bbcode(thread: Any) -> Callable[[Client, str], int]:
    """``bbcode(client, text)``: post in the thread and return the post's id."""

    def write(client: Client, text: str) -> int:
        body = {"thread_id": thread["id"], "contents": text, "format": "bbcode"}
        post_id: int = client.post("/forums/posts", body, status=201).json["response"]["id"]
        return post_id

    return write


class TestPost:
    @pytest.mark.parametrize(
        ("text", "type"),
        [
            (QUOTE, "quoted"),
            ("[QUOTE=Member|123]Yes.[/QUOTE]", "quoted"),
            ("[quote=member]never closed", "quoted"),
            ("[quote=member]a[/quote][quote=member]b[/quote]", "quoted"),
            (MENTION, "mentioned"),
            ("[user]MEMBER[/user]", "mentioned"),
            (MENTION + MENTION, "mentioned"),
            # Members whom a post quotes and mentions are notified of the quote only.
            (MENTION + QUOTE, "quoted"),
        ],
    )
    def test_once(self, member: Client, other: Client, bbcode: Any, text: str, type: str) -> None:
        post_id = bbcode(other, text)
        assert told(member) == [(type, post_id)]
        assert told(other) == []

    @pytest.mark.parametrize(
        "text",
        [
            # Quotes inside a quote do not notify.
            "[quote=other]a [quote=member]b[/quote][/quote]",
            f"[quote=nobody]{MENTION}[/quote]",
            f"[code]{MENTION}{QUOTE}[/code]",
            "[user]nobody.of.this.name[/user]",
            "member",
        ],
    )
    def test_nobody(self, member: Client, moderator: Client, bbcode: Any, text: str) -> None:
        bbcode(moderator, text)
        assert told(member) == []

    def test_contents(self, member: Client, other: Client, thread: Any, bbcode: Any) -> None:
        post_id = bbcode(other, QUOTE)
        (item,) = get_json(member, "/notifications/forums_quoted")["items"]
        assert item["contents"] == {
            "thread_id": thread["id"],
            "post_id": post_id,
            "from": "other",
        }

    def test_not_oneself(self, member: Client, other: Client, bbcode: Any, thread: Any) -> None:
        member.post(f"/subscriptions/threads/{thread['id']}", status=200)
        other.post(f"/subscriptions/threads/{thread['id']}", status=200)
        bbcode(other, "Between.")
        bbcode(member, MENTION + QUOTE)
        assert [type for type, _ in told(member)] == ["subscription"]

    def test_first_post_of_a_thread(self, member: Client, other: Client, forum_id: int) -> None:
        body = {"forum_id": forum_id, "topic": "x", "contents": MENTION, "format": "bbcode"}
        thread = other.post("/forums/threads", body, status=201).json["response"]
        assert told(member) == [("mentioned", thread["last_post"]["id"])]

    def test_markdown_and_bbcode(self, member: Client, other: Client, thread: Any) -> None:
        body = {"thread_id": thread["id"], "contents": QUOTE, "format": "markdown"}
        post_id = other.post("/forums/posts", body, status=201).json["response"]["id"]
        assert told(member) in ([("quoted", post_id)], [])

    def test_disabled_members(
        self, client: Client, factory: Factory, other: Client, bbcode: Any, db: Any
    ) -> None:
        gone = factory.user("gone", enabled=False)
        bbcode(other, "[user]gone[/user]")
        gone.enabled = True
        db.commit()
        assert told(client.as_key(factory.key(gone))) == []


class TestSubscription:
    @pytest.fixture(autouse=True)
    def subscribed(self, member: Client, thread: Any) -> None:
        """Subscribe the member to the thread."""
        member.post(f"/subscriptions/threads/{thread['id']}", status=200)

    def test_each_post(self, member: Client, other: Client, moderator: Client, bbcode: Any) -> None:
        post_ids = [bbcode(who, "Text.") for who in (other, moderator, other)]
        assert told(member) == [("subscription", post_id) for post_id in post_ids]
        assert told(other) == told(moderator) == []

    @pytest.mark.parametrize(("text", "type"), [(QUOTE, "quoted"), (MENTION, "mentioned")])
    def test_references_come_first(
        self, member: Client, other: Client, bbcode: Any, text: str, type: str
    ) -> None:
        assert told(member) == []
        post_id = bbcode(other, text)
        assert told(member) == [(type, post_id)]

    def test_of_a_forum(self, member: Client, other: Client, forum_id: int) -> None:
        member.post(f"/subscriptions/forums/{forum_id}", status=200)
        thread = make_thread(other, forum_id)
        answer = make_post(member, thread["id"])
        assert told(member) == [("subscription", thread["last_post"]["id"])]
        assert answer != thread["last_post"]["id"]


class TestEdit:
    @pytest.mark.parametrize(("text", "type"), [(QUOTE, "quoted"), (MENTION, "mentioned")])
    def test_once(self, member: Client, other: Client, bbcode: Any, text: str, type: str) -> None:
        post_id = bbcode(other, "Nothing.")
        for version in (text, f"{text} again", "Nothing.", text, MENTION + QUOTE):
            other.put(f"/forums/posts/{post_id}", {"contents": version}, status=200)
        assert told(member) == [(type, post_id)]

    def test_not_again_after_it_was_read(self, member: Client, other: Client, bbcode: Any) -> None:
        post_id = bbcode(other, MENTION)
        member.put("/notifications", {"read": True}, status=200)
        other.put(f"/forums/posts/{post_id}", {"contents": f"Edited {MENTION}"}, status=200)
        assert told(member) == []

    def test_merged_post(self, member: Client, other: Client, bbcode: Any) -> None:
        post_id = bbcode(other, "Nothing.")
        assert bbcode(other, MENTION) == post_id
        assert bbcode(other, f"{MENTION} again") == post_id
        assert told(member) == [("mentioned", post_id)]

    def test_after_the_subscription(
        self, member: Client, other: Client, thread: Any, bbcode: Any
    ) -> None:
        member.post(f"/subscriptions/threads/{thread['id']}", status=200)
        post_id = bbcode(other, "Nothing.")
        for version in (MENTION, QUOTE):
            other.put(f"/forums/posts/{post_id}", {"contents": version}, status=200)
        assert told(member) == [("subscription", post_id), ("mentioned", post_id)]

    def test_by_a_moderator(
        self, member: Client, other: Client, moderator: Client, bbcode: Any
    ) -> None:
        post_id = bbcode(other, "Nothing.")
        change = {"contents": f"{MENTION}[user]moderator[/user][user]other[/user]"}
        moderator.put(f"/forums/posts/{post_id}", change, status=200)
        assert told(member) == told(other) == [("mentioned", post_id)]
        assert told(moderator) == []


class TestAccess:
    def test_none(self, member: Client, staff: Client, closed_id: int, permit: Any) -> None:
        thread = make_thread(staff, closed_id)
        body = {"thread_id": thread["id"], "contents": MENTION + QUOTE, "format": "bbcode"}
        staff.post("/forums/posts", body, status=201)
        permit("member", f"{FORUM}{closed_id}")
        assert told(member) == []

    def test_lost(
        self, member: Client, staff: Client, closed_id: int, permit: Callable[..., None]
    ) -> None:
        permit("member", f"{FORUM}{closed_id}")
        thread = make_thread(staff, closed_id)
        member.post(f"/subscriptions/threads/{thread['id']}", status=200)
        make_post(member, thread["id"])
        post_id = make_post(staff, thread["id"])
        assert told(member) == [("subscription", post_id)]
        permit("member", f"{FORUM}{closed_id}", granted=False)
        assert told(member) == []
        permit("member", f"{FORUM}{closed_id}")
        assert told(member) == [("subscription", post_id)]

    def test_deleted_post(
        self, member: Client, other: Client, moderator: Client, bbcode: Any
    ) -> None:
        post_id = bbcode(other, MENTION)
        moderator.delete(f"/forums/posts/{post_id}", status=200)
        assert told(member) == []
        moderator.post(f"/forums/posts/{post_id}/restore", status=200)
        assert told(member) == [("mentioned", post_id)]

    def test_without_forums_view(
        self, member: Client, other: Client, bbcode: Any, permit: Callable[..., None]
    ) -> None:
        permit("member", "forums_view", granted=False)
        bbcode(other, MENTION)
        permit("member", "forums_view")
        assert told(member) == []


class TestStatements:
    def test_do_not_grow(
        self,
        other: Client,
        factory: Factory,
        thread: Any,
        bbcode: Any,
        moderator: Client,
        count_sql: Any,
    ) -> None:
        # The first post of a member in a forum or thread takes more statements.
        bbcode(other, "Before.")
        counts = []
        for number in (2, 30):
            names = [factory.user().username for _ in range(number)]
            text = "".join(f"[user]{name}[/user]" for name in names)
            bbcode(moderator, "Between.")
            other.get("/users/me")
            with count_sql() as statements:
                bbcode(other, text)
            counts.append(len(statements))
        assert counts[0] == counts[1]
