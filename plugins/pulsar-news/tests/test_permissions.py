"""The permissions of the endpoints of news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from news.examples import say, write
from news.models import BLOG
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

#: Method, path, permission, body and status of success, in an order that keeps objects available.
ENDPOINTS: dict[str, tuple[str, str, str, Any, int]] = {
    "list": ("GET", "/news", "news_view", None, 200),
    "feed": ("GET", "/news/feed", "news_view", None, 200),
    "unread": ("GET", "/news/unread", "news_view", None, 200),
    "seen": ("PUT", "/news/seen", "news_view", {}, 200),
    "subscription": ("GET", "/news/subscription", "news_view", None, 200),
    "subscribe": ("POST", "/news/subscription", "news_view", None, 200),
    "unsubscribe": ("DELETE", "/news/subscription", "news_view", None, 200),
    "write": (
        *("POST", "/news", "news_create"),
        {"kind": "news", "title": "x", "contents": "x"},
        201,
    ),
    "show": ("GET", "/news/{id}", "news_view", None, 200),
    "edit": ("PUT", "/news/{id}", "news_modify", {"title": "x"}, 200),
    "comments": ("GET", "/news/{id}/comments", "news_view", None, 200),
    "comment": ("POST", "/news/{id}/comments", "news_comment", {"contents": "x"}, 201),
    "show comment": ("GET", "/news/{id}/comments/{comment}", "news_view", None, 200),
    "edit comment": (
        *("PUT", "/news/{id}/comments/{comment}", "news_comments_modify"),
        {"contents": "x"},
        200,
    ),
    "delete comment": (
        *("DELETE", "/news/{id}/comments/{comment}", "news_comments_modify"),
        *(None, 200),
    ),
    "restore comment": (
        *("POST", "/news/{id}/comments/{comment}/restore", "news_comments_modify"),
        *(None, 200),
    ),
    "delete": ("DELETE", "/news/{id}", "news_modify", None, 200),
    "restore": ("POST", "/news/{id}/restore", "news_modify", None, 200),
}
NEEDED = {name: needed for name, (_, _, needed, _, _) in ENDPOINTS.items()}
ALL = set(NEEDED.values())
STATUS = {name: status for name, (*_, status) in ENDPOINTS.items()}


@pytest.fixture
def ids(other: Client, entry: Any) -> dict[str, int]:
    """An entry and a comment that are not the callers' own."""
    return {"id": entry["id"], "comment": say(other, entry["id"])["id"]}


@pytest.fixture
def call(ids: dict[str, int]) -> Callable[[Client, str], int]:
    """``call(client, "show")``: the status of the response."""

    def send(client: Client, endpoint: str, path_id: int | None = None) -> int:
        method, path, _, body, _ = ENDPOINTS[endpoint]
        path = path.format(**{**ids, "id": path_id or ids["id"]})
        if method == "GET":
            return client.get(path).status_int
        return getattr(client, method.lower())(path, body).status_int

    return send


@pytest.fixture
def answers(call: Any) -> Callable[[Client], dict[str, int]]:
    """``answers(client)``: the status of each endpoint."""
    return lambda client: {endpoint: call(client, endpoint) for endpoint in ENDPOINTS}


class TestEndpoints:
    """The default permissions of classes. The walk tests that each permission is required."""

    def test_staff(self, staff: Client, answers: Any) -> None:
        assert answers(staff) == STATUS

    def test_member(self, member: Client, call: Any) -> None:
        for endpoint, needed in NEEDED.items():
            # A 403 changes nothing, so that the objects stay visible to the member.
            may = needed in ("news_view", "news_comment")
            assert call(member, endpoint) == (STATUS[endpoint] if may else 403), endpoint

    def test_with_the_permission_only(
        self, join: Any, call: Any, staff: Client, ids: dict[str, int]
    ) -> None:
        for endpoint, needed in NEEDED.items():
            grants = {needed, "news_view"}
            caller = join(grants=grants, denials=ALL - grants)
            assert call(caller, endpoint) in (STATUS[endpoint], 400), endpoint

    def test_moderator(self, moderator: Client, call: Any) -> None:
        for endpoint, needed in NEEDED.items():
            expected = 403 if needed == "news_create" else STATUS[endpoint]
            assert call(moderator, endpoint) == expected, endpoint

    def test_missing_and_existing_look_alike_to_who_sees_neither(
        self, join: Any, call: Any
    ) -> None:
        blind = join(denials=("news_view",))
        for endpoint in ("show", "edit", "delete", "restore", "comments", "comment"):
            assert call(blind, endpoint) == call(blind, endpoint, ABSENT) == 403


class TestWriting:
    def test_each_kind_has_its_permission(self, reporter: Client, blogger: Client) -> None:
        assert write(reporter)["kind"] == "news"
        assert write(blogger, kind=BLOG)["kind"] == "blog"
        body = {"title": "x", "contents": "x"}
        reporter.post("/news", {**body, "kind": "blog"}, status=403)
        blogger.post("/news", {**body, "kind": "news"}, status=403)

    def test_pinning(self, reporter: Client, blogger: Client, moderator: Client, own: Any) -> None:
        assert write(reporter, pinned=True)["pinned"] is True
        body = {"title": "x", "contents": "x", "kind": "blog", "pinned": True}
        blogger.post("/news", body, status=403)
        blogger.put(f"/news/{own['id']}", {"pinned": True}, status=403)
        moderator.put(f"/news/{own['id']}", {"pinned": True}, status=200)


class TestOwn:
    def test_blog_entries(self, blogger: Client, own: Any) -> None:
        path = f"/news/{own['id']}"
        assert blogger.put(path, {"title": "Better"}, status=200).json["response"]["editor"]
        blogger.delete(path, status=200)
        blogger.post(f"{path}/restore", status=200)

    def test_news_are_not_their_author_s(self, reporter: Client, path: str) -> None:
        reporter.put(path, {"title": "x"}, status=403)
        reporter.delete(path, status=403)

    def test_of_another_blogger(self, join: Any, own: Any) -> None:
        another = join("another", grants=("news_blog_create",))
        another.put(f"/news/{own['id']}", {"title": "x"}, status=403)

    def test_what_staff_deleted_stays_deleted(
        self, blogger: Client, moderator: Client, own: Any
    ) -> None:
        path = f"/news/{own['id']}"
        moderator.delete(path, status=200)
        blogger.get(path, status=200)
        blogger.put(path, {"title": "x"}, status=403)
        blogger.post(f"{path}/restore", status=403)

    @pytest.mark.parametrize(
        ("scope", "status"),
        [
            (("news_view", "news_blog_create"), 200),
            (("news_view", "news_modify"), 403),
            (("news_view",), 403),
        ],
    )
    def test_keys(
        self, client: Client, factory: Factory, scope: tuple[str, ...], status: int
    ) -> None:
        user = factory.user("writer", grants=("news_blog_create",))
        entry = write(client.as_key(factory.key(user)), kind=BLOG)
        caller = client.as_key(factory.key(user, *scope))
        caller.put(f"/news/{entry['id']}", {"title": "x"}, status=status)

    def test_who_may_write_no_longer(self, client: Client, factory: Factory, db: Any) -> None:
        user = factory.user("writer", grants=("news_blog_create",))
        writer = client.as_key(factory.key(user))
        entry = write(writer, kind=BLOG)
        staff = client.as_key(factory.key(factory.staff()))
        staff.put(f"/users/{user.id}", {"permissions": {"news_blog_create": False}}, status=200)
        writer.put(f"/news/{entry['id']}", {"title": "x"}, status=403)
