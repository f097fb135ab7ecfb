"""The plugin enabled, disabled and enabled again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json, make_category, make_forum, make_post, make_thread
from pulsar.interfaces import IDatabase
from pulsar.plugins import installed
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

FIELDS = {"forum_post_count", "forum_thread_count", "forum_permissions"}


class Moved:
    """Clients of the same members at another process of the site."""

    def __init__(self, app: Any, keys: dict[str, str]) -> None:
        self.nobody = Client(app)
        self.staff = self.nobody.as_key(keys["staff"])
        self.member = self.nobody.as_key(keys["member"])


@pytest.fixture
def start(make_site: Callable[..., Any]) -> Callable[..., Moved]:
    """``start(*plugins)``: the site with these plugins. The data was written with all plugins."""
    app = make_site()
    with app.registry.getUtility(IDatabase).session(True) as session:
        factory = Factory(session)
        people = {"staff": factory.staff("staff"), "member": factory.user("member")}
        keys = {name: factory.key(user) for name, user in people.items()}
    with_forums = Moved(app, keys)
    forum_id = make_forum(with_forums.staff, make_category(with_forums.staff))
    thread = make_thread(with_forums.staff, forum_id)
    make_post(with_forums.member, thread["id"], "[user]staff[/user]")
    with_forums.staff.post(f"/subscriptions/threads/{thread['id']}", status=200)

    def make(*plugins: str) -> Moved:
        return Moved(make_site(**{"pulsar.plugins": " ".join(plugins)}), keys)

    return make


@pytest.fixture
def others() -> list[str]:
    """The names of all plugins except forums."""
    return [name for name in installed() if name != "forums"]


class TestDisabled:
    def test_members(self, start: Any, others: list[str]) -> None:
        site = start(*others)
        for path in ("/users/me", "/users/1"):
            response = get_json(site.staff, path)
            assert response.keys().isdisjoint(FIELDS)
        password, address = "correct horse 1!", "new@example.org"
        account = {"username": "newcomer", "password": password, "email": address}
        site.nobody.post("/users", account, status=201)

    def test_notifications_are_hidden(self, start: Any, others: list[str]) -> None:
        site = start(*others)
        assert not [name for name in get_json(site.staff, "/notifications") if "forum" in name]
        assert not [
            name for name in get_json(site.staff, "/notifications/unread") if "forum" in name
        ]
        site.staff.get("/notifications/forums_mentioned", status=404)

    def test_classes_and_permissions(self, start: Any, others: list[str]) -> None:
        site = start(*others)
        patterns = get_json(site.staff, "/permissions")["patterns"]
        assert not [pattern for pattern in patterns if pattern["plugin"] == "forums"]
        # Granted permissions are kept, and cause no errors.
        assert get_json(site.staff, "/user_classes/1")["permissions"]

    def test_endpoints(self, start: Any, others: list[str]) -> None:
        site = start(*others)
        assert "forums" not in get_json(site.nobody, "/")["links"]
        for path in ("/forums/categories", "/polls/featured", "/subscriptions/threads"):
            site.staff.get(path, status=404)


class TestEnabledAgain:
    def test_everything_is_there(self, start: Any, others: list[str]) -> None:
        start(*others)
        site = start(*installed())
        (category,) = get_json(site.member, "/forums/categories")
        newest = category["forums"][0]["last_updated_thread"]
        page = get_json(site.member, f"/forums/threads/{newest['id']}")
        texts = [post["contents"] for post in page["posts"]["items"]]
        assert texts == ["First post.", "[user]staff[/user]"]
        assert get_json(site.member, "/users/me")["forum_post_count"] == 1
        unread = get_json(site.staff, "/notifications")
        assert len(unread["forums_mentioned"]) == 1
        # New posts are added to the existing thread.
        make_post(site.staff, newest["id"])
        assert get_json(site.member, f"/forums/threads/{newest['id']}")["post_count"] == 3
