"""Access to forums and threads: hidden ones do not appear anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from forums.examples import make_poll, make_post, make_thread
from forums.permissions import FORUM, THREAD
from pulsar.classes.models import LOWEST_CLASS
from pulsar.openapi.describe import describe
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.examples import load
from pulsar.testing.factories import Factory
from pulsar.testing.operations import Operation, operations
from pulsar.testing.site_model import World

PLACES = ("/forums", "/polls", "/subscriptions")


class TestWalk:
    """Calls every endpoint as a member who holds all permissions except those of the forum."""

    @pytest.fixture
    def world(
        self, client: Client, factory: Factory, db: Session, registry: Any
    ) -> Iterator[World]:
        """A world in which all objects of the examples are in forums that will be hidden."""
        world = World(client, factory, db, load(registry))
        with world.after:
            for name, make in world.examples.parameters.items():
                if name.startswith(("forum_", "/subscriptions")):
                    world.once(make)
            yield world

    @staticmethod
    def close(world: World) -> None:
        """Remove the lowest class's access to all forums."""
        staff = world.staff.client
        held = staff.get(f"/user_classes/{LOWEST_CLASS}").json["response"]["permissions"]
        change = {name: False for name in held if name.startswith(FORUM)}
        staff.put(f"/user_classes/{LOWEST_CLASS}", {"permissions": change}, status=200)

    @staticmethod
    def outsider(world: World) -> Client:
        """Return a client of a member who holds all permissions except those to see forums."""
        excepted = {"site_god_mode", "forums_forums_modify", "site_manage_cache_keys"}
        return world.person("outsider", grants=set(world.permissions) - excepted).client

    @pytest.fixture
    def described(self, registry: Any) -> list[Operation]:
        """The endpoints of the plugin."""
        return [
            operation
            for operation in operations(describe(registry))
            if operation.path.startswith(PLACES)
        ]

    def test_nothing_is_seen_or_changed(self, world: World, described: list[Operation]) -> None:
        bodies = {
            str(operation): world.body(operation) for operation in described if operation.takes_body
        }
        paths = {str(operation): world.path(operation) for operation in described}
        # Without a featured poll, that endpoint would always respond with 404.
        world.staff.client.put(paths["PUT /polls/{forum_poll_id}"], {"featured": True}, status=200)
        self.close(world)
        outsider = self.outsider(world)
        problems = []
        for operation in described:
            if operation.permission == "forums_forums_modify":
                continue
            with world.undone():
                if operation.takes_body:
                    send = getattr(outsider, operation.method.lower())
                    answer = send(paths[str(operation)], bodies[str(operation)])
                else:
                    answer = outsider.get(paths[str(operation)])
            refers = answer.status_int == 400 and "Invalid Forum" in answer.text
            empty = answer.status_int == 200 and _is_empty(answer.json["response"])
            if answer.status_int != 404 and not refers and not empty:
                problems.append(f"{operation}: {answer.status_int} {answer.text[:200]}")
        assert not problems, "\n".join(problems)

    def test_and_what_is_there_looks_missing(
        self, world: World, described: list[Operation]
    ) -> None:
        self.close(world)
        outsider = self.outsider(world)
        for operation in described:
            if operation.method != "GET" or len(operation.path_parameters) != 1:
                continue
            (name,) = operation.path_parameters
            value = world.values(operation)[name]
            here = outsider.get(operation.fill({name: value}))
            gone = outsider.get(operation.fill({name: str(ABSENT)}))
            assert here.status_int == gone.status_int == 404, operation
            assert here.text.replace(value, "?") == gone.text.replace(str(ABSENT), "?"), operation


def _is_empty(response: Any) -> bool:
    items = response.get("items") if isinstance(response, dict) else response
    return items == [] and (not isinstance(response, dict) or response.get("total", 0) == 0)


class TestForum:
    def test_without_access(self, member: Client, forum_id: int, closed_id: int) -> None:
        (category,) = member.get("/forums/categories").json["response"]
        assert [forum["id"] for forum in category["forums"]] == [forum_id]
        answer = member.get(f"/forums/{closed_id}", status=404)
        assert answer.json["response"] == f"Forum {closed_id} does not exist."

    def test_category_of_closed_forums_only(
        self, staff: Client, member: Client, closed_id: int
    ) -> None:
        assert member.get("/forums/categories").json["response"] == []
        assert len(staff.get("/forums/categories").json["response"]) == 1

    def test_opened_to_a_member(
        self, member: Client, closed_id: int, permit: Callable[..., None]
    ) -> None:
        permit("member", f"{FORUM}{closed_id}")
        assert member.get(f"/forums/{closed_id}", status=200).json["response"]["id"] == closed_id

    def test_creating_gives_no_access(self, join: Callable[..., Client], category_id: int) -> None:
        arranger = join(grants=("forums_forums_modify",))
        body = {"name": "New", "category_id": category_id}
        forum_id = arranger.post("/forums", body, status=201).json["response"]["id"]
        # Members who may change forums see that the forum exists, but cannot write in it.
        forum = arranger.get(f"/forums/{forum_id}", status=200).json["response"]
        assert (forum["thread_count"], forum["threads"]["items"]) == (0, [])
        body = {"forum_id": forum_id, "topic": "x", "contents": "x"}
        answer = arranger.post("/forums/threads", body, status=400)
        assert answer.json["errors"] == {"forum_id": ["Invalid Forum id."]}


class TestThread:
    @pytest.fixture
    def hidden(self, staff: Client, closed_id: int) -> Any:
        """Two threads in the closed forum."""
        return [make_thread(staff, closed_id, topic) for topic in ("First", "Second")]

    def test_opened_alone(
        self, member: Client, closed_id: int, hidden: Any, permit: Callable[..., None]
    ) -> None:
        permit("member", f"{THREAD}{hidden[0]['id']}")
        member.get(f"/forums/threads/{hidden[0]['id']}", status=200)
        member.get(f"/forums/threads/{hidden[1]['id']}", status=404)
        forum = member.get(f"/forums/{closed_id}", status=200).json["response"]
        assert [thread["id"] for thread in forum["threads"]["items"]] == [hidden[0]["id"]]
        assert (forum["thread_count"], forum["threads"]["total"]) == (1, 1)
        assert forum["last_updated_thread"]["id"] == hidden[0]["id"]
        items = member.get("/forums/posts").json["response"]["items"]
        assert [post["thread"]["id"] for post in items] == [hidden[0]["id"]]

    def test_denied_in_an_open_forum(
        self, member: Client, staff: Client, forum_id: int, permit: Callable[..., None]
    ) -> None:
        seen, denied = (make_thread(staff, forum_id, topic) for topic in ("Seen", "Denied"))
        permit("member", f"{THREAD}{denied['id']}", granted=False)
        member.get(f"/forums/threads/{denied['id']}", status=404)
        member.get(f"/forums/posts/{denied['last_post']['id']}", status=404)
        forum = member.get(f"/forums/{forum_id}", status=200).json["response"]
        assert [thread["id"] for thread in forum["threads"]["items"]] == [seen["id"]]
        assert (forum["thread_count"], forum["threads"]["total"]) == (1, 1)
        assert forum["last_updated_thread"]["id"] == seen["id"]
        assert [post["id"] for post in member.get("/forums/posts").json["response"]["items"]] == [
            seen["last_post"]["id"]
        ]

    def test_denied_through_the_api(
        self, member: Client, staff: Client, forum_id: int, db: Session
    ) -> None:
        thread = make_thread(staff, forum_id)
        user_id = member.get("/users/me").json["response"]["id"]
        change = {"permissions": {f"{THREAD}{thread['id']}": False}}
        staff.put(f"/users/{user_id}", change, status=200)
        member.get(f"/forums/threads/{thread['id']}", status=404)

    def test_gods_see_what_is_denied_to_them(
        self, staff: Client, thread: Any, permit: Callable[..., None]
    ) -> None:
        permit("staff", f"{THREAD}{thread['id']}", granted=False)
        staff.get(f"/forums/threads/{thread['id']}", status=200)

    def test_votes_and_polls(
        self, member: Client, staff: Client, hidden: Any, permit: Callable[..., None]
    ) -> None:
        poll = make_poll(staff, hidden[0]["id"])
        choice = f"/polls/votes/{poll['choices'][0]['id']}"
        staff.put(f"/polls/{poll['id']}", {"featured": True}, status=200)
        for path in (f"/polls/{poll['id']}", "/polls/featured"):
            member.get(path, status=404)
        member.post(choice, status=404)
        permit("member", f"{THREAD}{hidden[0]['id']}")
        for path in (f"/polls/{poll['id']}", "/polls/featured"):
            member.get(path, status=200)
        member.post(choice, status=200)


class TestRestrictedKey:
    def test_needs_the_forum_in_its_scope(
        self, client: Client, factory: Factory, staff: Client, thread: Any, forum_id: int
    ) -> None:
        path = f"/forums/threads/{thread['id']}"
        for user in (factory.user(), factory.staff()):
            client.as_key(factory.key(user, "forums_view")).get(path, status=404)
            opened = client.as_key(factory.key(user, "forums_view", f"{FORUM}{forum_id}"))
            opened.get(path, status=200)

    def test_made_by_a_member(self, member: Client, forum_id: int, closed_id: int) -> None:
        body = {"permissions": ["forums_view", f"{FORUM}{forum_id}"]}
        member.post("/api_keys", body, status=201)
        body = {"permissions": ["forums_view", f"{FORUM}{closed_id}"]}
        member.post("/api_keys", body, status=400)

    def test_own_posts_with_a_key_for_reading(
        self, client: Client, factory: Factory, staff: Client, forum_id: int
    ) -> None:
        user = factory.user()
        thread = make_thread(client.as_key(factory.key(user)), forum_id)
        reading = client.as_key(factory.key(user, "forums_view", f"{FORUM}{forum_id}"))
        post = f"/forums/posts/{thread['last_post']['id']}"
        reading.get(post, status=200)
        reading.put(post, {"contents": "x"}, status=403)


class TestCounts:
    def test_of_members(
        self,
        member: Client,
        other: Client,
        staff: Client,
        forum_id: int,
        closed_id: int,
        permit: Callable[..., None],
    ) -> None:
        thread = make_thread(staff, forum_id)
        make_thread(staff, closed_id)
        make_post(member, thread["id"])
        user_id = staff.get("/users/me").json["response"]["id"]
        user = member.get(f"/users/{user_id}").json["response"]
        assert (user["forum_post_count"], user["forum_thread_count"]) == (1, 1)
        permit("member", f"{FORUM}{closed_id}")
        user = member.get(f"/users/{user_id}").json["response"]
        assert (user["forum_post_count"], user["forum_thread_count"]) == (2, 2)
        assert staff.get("/users/me").json["response"]["forum_post_count"] == 2
