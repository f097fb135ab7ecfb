"""Forums, threads and posts for tests, and examples for those that walk the API."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from pulsar.classes.models import LOWEST_CLASS
from pulsar.testing.client import Client
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import Person, World

from .models import Forum, Post, Thread
from .permissions import FORUM

examples = Examples()


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(path, body, status=201).json["response"]


def get_json(client: Client, path: str) -> Any:
    """What is shown at the path."""
    return client.get(path, status=200).json["response"]


def ids(items: Any) -> list[int]:
    """The ids of what a list shows."""
    return [item["id"] for item in items]


def make_category(staff: Client, name: str = "Category") -> int:
    category_id: int = post(staff, "/forums/categories", name=name)["id"]
    return category_id


def make_forum(staff: Client, category_id: int, name: str = "Forum", *, open: bool = True) -> int:
    """A forum's id; ``open`` lets all members of the lowest class see it."""
    forum_id: int = post(staff, "/forums", name=name, category_id=category_id)["id"]
    if open:
        change = {"permissions": {f"{FORUM}{forum_id}": True}}
        staff.put(f"/user_classes/{LOWEST_CLASS}", change, status=200)
    return forum_id


def make_thread(client: Client, forum_id: int, topic: str = "Topic") -> Any:
    """A thread as it is shown."""
    return post(client, "/forums/threads", forum_id=forum_id, topic=topic, contents="First post.")


def make_post(client: Client, thread_id: int, contents: str = "A post.") -> int:
    post_id: int = post(client, "/forums/posts", thread_id=thread_id, contents=contents)["id"]
    return post_id


def add_posts(db: Session, thread_id: int, number: int) -> list[int]:
    """The ids of more posts of the thread's creator, stored as rows: for long threads.

    They are neither found by searches nor counted for the creator, and copies in the cache lack
    them.
    """
    thread = db.get_one(Thread, thread_id)
    rows = [
        Post(thread=thread, user_id=thread.creator_id, contents="A post.", format="bbcode")
        for _ in range(number)
    ]
    db.add_all(rows)
    db.flush()
    post_ids = [row.id for row in rows]
    thread.post_count += number
    thread.last_post_id = thread.place = post_ids[-1]
    db.commit()
    return post_ids


def add_threads(db: Session, forum_id: int, creator_id: int, number: int) -> list[int]:
    """The ids of more threads with a post each, stored as rows like ``add_posts``."""
    rows = [
        Thread(forum_id=forum_id, topic=f"Topic {place}", creator_id=creator_id)
        for place in range(number)
    ]
    db.add_all(rows)
    db.flush()
    thread_ids = [row.id for row in rows]
    for thread_id in thread_ids:
        add_posts(db, thread_id, 1)
    db.get_one(Forum, forum_id).thread_count += number
    db.commit()
    return thread_ids


def make_poll(client: Client, thread_id: int) -> Any:
    """A poll as it is shown."""
    body = {"thread_id": thread_id, "question": "Which?", "choices": ["This one", "That one"]}
    return post(client, "/polls", **body)


@examples.parameter("forum_category_id")
def category_id(world: World) -> int:
    """Without forums, so that it can be deleted."""
    return make_category(world.staff.client, f"Empty {world.number()}")


@examples.parameter("forum_id")
def forum_id(world: World) -> int:
    category = make_category(world.staff.client, f"Category {world.number()}")
    return make_forum(world.staff.client, category, f"Forum {world.number()}")


@examples.opens
def forum_permissions(world: World) -> list[str]:
    """What opens the forum."""
    return [f"{FORUM}{world.once(forum_id)}"]


@examples.parameter("forum_thread_id")
def thread_id(world: World) -> int:
    thread_id: int = make_thread(world.owner.client, world.once(forum_id), "Owned")["id"]
    return thread_id


@examples.parameter("forum_post_id")
def post_id(world: World) -> int:
    thread = make_thread(world.owner.client, world.once(forum_id), "With the owner's post")
    post_id: int = thread["last_post"]["id"]
    return post_id


def poll(world: World) -> Any:
    thread = make_thread(world.owner.client, world.once(forum_id), "With a poll")
    return make_poll(world.owner.client, thread["id"])


@examples.parameter("forum_poll_id")
def poll_id(world: World) -> int:
    poll_id: int = world.once(poll)["id"]
    return poll_id


@examples.parameter("forum_poll_choice_id")
def choice_id(world: World) -> int:
    """Of the owner's poll."""
    choice_id: int = world.once(poll)["choices"][0]["id"]
    return choice_id


@examples.place("forum_poll_choice_id")
def poll_path(world: World) -> str:
    """Choices are shown with their poll."""
    return f"/polls/{world.once(poll_id)}"


@examples.body("POST /forums/categories")
def category(world: World) -> dict[str, Any]:
    return {"name": "New", "description": "Of new things.", "position": 3}


@examples.body("PUT /forums/categories/{forum_category_id}")
def category_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited."""
    return {"name": "Edited", "description": None, "position": 4}


@examples.body("POST /forums")
def forum(world: World) -> dict[str, Any]:
    return {**category(world), "category_id": world.once(category_id)}


@examples.body("PUT /forums/{forum_id}")
def forum_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited."""
    return {**category_changes(world), "category_id": world.once(category_id)}


@examples.body("POST /forums/threads")
def thread(world: World) -> dict[str, Any]:
    contents = {"contents": "**First** post.", "format": "markdown"}
    return {"forum_id": world.once(forum_id), "topic": "New", **contents}


@examples.body("PUT /forums/threads/{forum_thread_id}")
def thread_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited."""
    other = make_forum(world.staff.client, world.once(category_id), "Another")
    return {"topic": "Edited", "forum_id": other, "locked": True, "sticky": True}


@examples.body("POST /forums/threads/{forum_thread_id}/notes")
def note(world: World) -> dict[str, Any]:
    return {"note": "Keep an eye on it."}


@examples.body("PUT /forums/threads/{forum_thread_id}/viewed")
def viewed(world: World) -> dict[str, Any]:
    """Up to the newest."""
    return {}


@examples.body("POST /forums/posts")
def new_post(world: World) -> dict[str, Any]:
    thread = world.once(thread_id)
    return {"thread_id": thread, "contents": "[b]Second[/b] post.", "format": "bbcode"}


@examples.body("PUT /forums/posts/{forum_post_id}")
def post_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited."""
    return {"contents": "Edited.", "format": "markdown", "sticky": True}


@examples.body("POST /polls")
def new_poll(world: World) -> dict[str, Any]:
    thread = make_thread(world.staff.client, world.once(forum_id), "Without a poll")
    return {"thread_id": thread["id"], "question": "Which?", "choices": ["This", "That"]}


@examples.body("PUT /polls/{forum_poll_id}")
def poll_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited."""
    poll_json = world.once(poll)
    choices = {"add": ["Another one"], "delete": [poll_json["choices"][1]["id"]]}
    return {"question": "Which one?", "choices": choices, "closed": True, "featured": True}


@examples.caller("GET /polls/featured")
def whoever_sees_the_featured_poll(world: World) -> Person:
    """Staff; a poll is featured."""
    world.staff.client.put(f"/polls/{world.once(poll_id)}", {"featured": True}, status=200)
    return world.staff


@examples.caller("DELETE /subscriptions/forums/{forum_id}")
def subscriber_to_the_forum(world: World) -> Person:
    """Somebody who is subscribed."""
    return _subscriber(world, "forums", world.once(forum_id))


@examples.caller("DELETE /subscriptions/threads/{forum_thread_id}")
def subscriber_to_the_thread(world: World) -> Person:
    """Somebody who is subscribed."""
    return _subscriber(world, "threads", world.once(thread_id))


def _subscriber(world: World, kind: str, key: int) -> Person:
    person = world.person(f"subscriber to {kind}".replace(" ", "."))
    person.client.post(f"/subscriptions/{kind}/{key}", status=200)
    return person


@examples.items("/forums/categories")
def categories(world: World, amount: int) -> None:
    """Categories with a forum in each."""
    for _ in range(amount):
        category = make_category(world.staff.client, f"Category {world.number()}")
        make_thread(world.staff.client, make_forum(world.staff.client, category, open=False))


@examples.items("/forums/posts")
def posts(world: World, amount: int) -> None:
    """Posts of different members."""
    for _ in range(amount):
        make_post(world.person().client, world.once(thread_id))


@examples.items("/forums/posts/{forum_post_id}/edits")
def edits(world: World, amount: int) -> None:
    """Edits of the owner's post."""
    for _ in range(amount):
        change = {"contents": f"Version {world.number()}"}
        world.owner.client.put(f"/forums/posts/{world.once(post_id)}", change, status=200)


@examples.items("/subscriptions/forums")
def subscribed_forums(world: World, amount: int) -> None:
    """Forums that staff are subscribed to."""
    staff = world.staff.client
    for _ in range(amount):
        forum = make_forum(staff, world.once(category_id), f"Forum {world.number()}", open=False)
        make_thread(staff, forum)
        staff.post(f"/subscriptions/forums/{forum}", status=200)


@examples.items("/subscriptions/threads")
def subscribed_threads(world: World, amount: int) -> None:
    """Threads that staff are subscribed to."""
    for _ in range(amount):
        thread = make_thread(world.person().client, world.once(forum_id), f"Topic {world.number()}")
        world.staff.client.post(f"/subscriptions/threads/{thread['id']}", status=200)
