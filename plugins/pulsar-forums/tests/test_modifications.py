"""The fields that this plugin adds to members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, make_post, make_thread
from forums.permissions import FORUM, THREAD
from pulsar.classes.models import LOWEST_CLASS
from pulsar.testing.client import Client

COUNTS = ("forum_post_count", "forum_thread_count")


def counts(client: Client, path: str = "/users/me") -> tuple[int, ...]:
    """Return the numbers of posts and threads in a member's profile."""
    response = get_json(client, path)
    return tuple(response[name] for name in COUNTS)


@pytest.fixture
def of_member(member: Client) -> str:
    """The path of ``member``."""
    return f"/users/{get_json(member, '/users/me')['id']}"


class TestCounts:
    def test_nothing_written(self, member: Client, other: Client, of_member: str) -> None:
        assert counts(member) == counts(other, of_member) == (0, 0)

    def test_profile_is_fresh(
        self, member: Client, other: Client, moderator: Client, forum_id: int
    ) -> None:
        counts(member)
        thread = make_thread(member, forum_id)
        assert counts(member) == (1, 1)
        make_post(other, thread["id"])
        post_id = make_post(member, thread["id"])
        assert counts(member) == (2, 1)
        # A merged post is not counted.
        make_post(member, thread["id"])
        assert counts(member) == (2, 1)
        for path, expected in (
            (f"/forums/posts/{post_id}", (1, 1)),
            (f"/forums/threads/{thread['id']}", (0, 0)),
        ):
            moderator.delete(path, status=200)
            assert counts(member) == expected
        moderator.post(f"/forums/threads/{thread['id']}/restore", status=200)
        assert counts(member) == (1, 1)
        moderator.post(f"/forums/posts/{post_id}/restore", status=200)
        assert counts(member) == (2, 1)

    def test_of_forums_that_were_opened(
        self, member: Client, staff: Client, closed_id: int
    ) -> None:
        of_staff = f"/users/{get_json(staff, '/users/me')['id']}"
        make_thread(staff, closed_id)
        assert counts(member, of_staff) == (0, 0)
        change = {"permissions": {f"{FORUM}{closed_id}": True}}
        staff.put(f"/user_classes/{LOWEST_CLASS}", change, status=200)
        assert counts(member, of_staff) == (1, 1)


class TestPermissions:
    def test_sources(
        self,
        member: Client,
        staff: Client,
        forum_id: int,
        closed_id: int,
        thread: Any,
        of_member: str,
        permit: Callable[..., None],
    ) -> None:
        assert get_json(member, "/users/me")["forum_permissions"] == [f"{FORUM}{forum_id}"]
        staff.put(
            of_member,
            {"permissions": {f"{FORUM}{closed_id}": True, f"{THREAD}{thread['id']}": True}},
            status=200,
        )
        expected = sorted([f"{FORUM}{forum_id}", f"{FORUM}{closed_id}", f"{THREAD}{thread['id']}"])
        assert get_json(member, "/users/me")["forum_permissions"] == expected
        assert get_json(staff, of_member)["forum_permissions"] == expected
        staff.put(of_member, {"permissions": {f"{FORUM}{forum_id}": False}}, status=200)
        expected.remove(f"{FORUM}{forum_id}")
        assert get_json(member, "/users/me")["forum_permissions"] == expected

    def test_for_moderators_and_oneself(
        self, other: Client, join: Callable[..., Client], of_member: str, forum_id: int
    ) -> None:
        assert "forum_permissions" not in get_json(other, of_member)
        moderator = join(grants=["users_moderate"])
        assert get_json(moderator, of_member)["forum_permissions"] == [f"{FORUM}{forum_id}"]

    def test_none(self, member: Client, staff: Client, of_member: str) -> None:
        for client, path in ((member, "/users/me"), (staff, of_member)):
            assert get_json(client, path)["forum_permissions"] == []
