"""Forums, threads and posts for tests, and examples for the walk of the API."""

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
    """Return the response of the path."""
    return client.get(path, status=200).json["response"]


def ids(items: Any) -> list[int]:
    return [item["id"] for item in items]


def make_category(staff: Client, name: str = "Category") -> int:
    category_id: int = post(staff, "/forums/categories", name=name)["id"]
    return category_id


def make_forum(staff: Client, category_id: int, name: str = "Forum", *, open: bool = True) -> int:
    """Create a forum and return its id.

    ``open`` makes it visible to all members of the lowest class.
    """
    forum_id: int = post(staff, "/forums", name=name, category_id=category_id)["id"]
    if open:
        change = {"permissions": {f"{FORUM}{forum_id}": True}}
        staff.put(f"/user_classes/{LOWEST_CLASS}", change, status=200)
    return forum_id


def make_thread(client: Client, forum_id: int, topic: str = "Topic") -> Any:
    """Create a thread and return its JSON."""
    return post(client, "/forums/threads", forum_id=forum_id, topic=topic, contents="First post.")


def make_post(client: Client, thread_id: int, contents: str = "A post.") -> int:
    post_id: int = post(client, "/forums/posts", thread_id=thread_id, contents=contents)["id"]
    return post_id


def add_posts(db: Session, thread_id: int, number: int) -> list[int]:
    """Store more posts by the thread's creator as rows and return their ids.

    The posts are not indexed for searches and not counted for the creator, and cached copies lack
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
    """Store more threads as rows, each with a post, and return their ids."""
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
    """Create a poll and return its JSON."""
    body = {"thread_id": thread_id, "question": "Which?", "choices": ["This one", "That one"]}
    return post(client, "/polls", **body)


@examples.parameter("forum_category_id")
def category_id(world: World) -> int:
    """A category without forums, so that it can be deleted."""
    return make_category(world.staff.client, f"Empty {world.number()}")


@examples.parameter("forum_id")
def forum_id(world: World) -> int:
    category = make_category(world.staff.client, f"Category {world.number()}")
    return make_forum(world.staff.client, category, f"Forum {world.number()}")


@examples.opens
def forum_permissions(world: World) -> list[str]:
    """The permissions that open the forum."""
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
    """A choice of the owner's poll."""
    choice_id: int = world.once(poll)["choices"][0]["id"]
    return choice_id


@examples.place("forum_poll_choice_id")
def poll_path(world: World) -> str:
    """The path of the poll, since choices are shown with their poll."""
    return f"/polls/{world.once(poll_id)}"


@examples.body("POST /forums/categories")
def category(world: World) -> dict[str, Any]:
    return {"name": "New", "description": "Of new things.", "position": 3}


@examples.body("PUT /forums/categories/{forum_category_id}")
def category_changes(world: World) -> dict[str, Any]:
    """All fields that can be edited."""
    return {"name": "Edited", "description": None, "position": 4}


@examples.body("POST /forums")
def forum(world: World) -> dict[str, Any]:
    return {**category(world), "category_id": world.once(category_id)}


@examples.body("PUT /forums/{forum_id}")
def forum_changes(world: World) -> dict[str, Any]:
    """All fields that can be edited."""
    return {**category_changes(world), "category_id": world.once(category_id)}


@examples.body("POST /forums/threads")
def thread(world: World) -> dict[str, Any]:
    contents = {"contents": "**First** post.", "format": "markdown"}
    return {"forum_id": world.once(forum_id), "topic": "New", **contents}


@examples.body("PUT /forums/threads/{forum_thread_id}")
def thread_changes(world: World) -> dict[str, Any]:
    """All fields that can be edited."""
    other = make_forum(world.staff.client, world.once(category_id), "Another")
    return {"topic": "Edited", "forum_id": other, "locked": True, "sticky": True}


@examples.body("POST /forums/threads/{forum_thread_id}/notes")
def note(world: World) -> dict[str, Any]:
    return {"note": "Keep an eye on it."}


@examples.body("PUT /forums/threads/{forum_thread_id}/viewed")
def viewed(world: World) -> dict[str, Any]:
    """All posts up to the newest one."""
    return {}


@examples.body("POST /forums/posts")
def new_post(world: World) -> dict[str, Any]:
    thread = world.once(thread_id)
    return {"thread_id": thread, "contents": "[b]Second[/b] post.", "format": "bbcode"}


@examples.body("PUT /forums/posts/{forum_post_id}")
def post_changes(world: World) -> dict[str, Any]:
    """All fields that can be edited."""
    return {"contents": "Edited.", "format": "markdown", "sticky": True}


@examples.body("POST /polls")
def new_poll(world: World) -> dict[str, Any]:
    thread = make_thread(world.staff.client, world.once(forum_id), "Without a poll")
    return {"thread_id": thread["id"], "question": "Which?", "choices": ["This", "That"]}


@examples.body("PUT /polls/{forum_poll_id}")
def poll_changes(world: World) -> dict[str, Any]:
    """All fields that can be edited."""
    poll_json = world.once(poll)
    choices = {"add": ["Another one"], "delete": [poll_json["choices"][1]["id"]]}
    return {"question": "Which one?", "choices": choices, "closed": True, "featured": True}


@examples.caller("GET /polls/featured")
def whoever_sees_the_featured_poll(world: World) -> Person:
    """A member of staff, after a poll was featured."""
    world.staff.client.put(f"/polls/{world.once(poll_id)}", {"featured": True}, status=200)
    return world.staff


@examples.caller("DELETE /subscriptions/forums/{forum_id}")
def subscriber_to_the_forum(world: World) -> Person:
    """A member who is subscribed to the forum."""
    return _subscriber(world, "forums", world.once(forum_id))


@examples.caller("DELETE /subscriptions/threads/{forum_thread_id}")
def subscriber_to_the_thread(world: World) -> Person:
    """A member who is subscribed to the thread."""
    return _subscriber(world, "threads", world.once(thread_id))


def _subscriber(world: World, kind: str, key: int) -> Person:
    person = world.person(f"subscriber to {kind}".replace(" ", "."))
    person.client.post(f"/subscriptions/{kind}/{key}", status=200)
    return person


@examples.items("/forums/categories")
def categories(world: World, amount: int) -> None:
    """Categories that have a forum each."""
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
