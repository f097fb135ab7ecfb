"""News for tests, and examples for those that walk the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pulsar.db import utcnow
from pulsar.testing.client import Client
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import Person, World

from .models import BLOG, NEWS
from .permissions import BLOG_CREATE

examples = Examples()


def write(client: Client, title: str = "Title", kind: str = NEWS, **more: Any) -> Any:
    """An entry as it is shown."""
    body = {"kind": kind, "title": title, "contents": f"Contents of {title}.", **more}
    return client.post("/news", body, status=201).json["response"]


def say(client: Client, entry_id: int, contents: str = "A comment.", **more: Any) -> Any:
    """A comment as it is shown."""
    body = {"contents": contents, **more}
    return client.post(f"/news/{entry_id}/comments", body, status=201).json["response"]


def get_json(client: Client, path: str) -> Any:
    """What is shown at the path."""
    return client.get(path, status=200).json["response"]


def titles(client: Client, query: str = "") -> list[str]:
    """The titles of the listed entries."""
    return [entry["title"] for entry in get_json(client, f"/news{query}")["items"]]


def in_future(**delta: float) -> str:
    """A time to come, as it is sent."""
    return (utcnow() + timedelta(**delta)).isoformat()


@examples.parameter("news_entry_id")
def entry_id(world: World) -> int:
    """Written by somebody who may; the owner comments on it."""
    entry_id: int = write(world.staff.client, "Read")["id"]
    return entry_id


@examples.parameter("news_comment_id")
def comment_id(world: World) -> int:
    comment_id: int = say(world.owner.client, world.once(entry_id), "Owned.")["id"]
    return comment_id


@examples.body("POST /news")
def new_entry(world: World) -> dict[str, Any]:
    return {
        "kind": NEWS,
        "title": "New",
        "contents": "**New**.",
        "format": "markdown",
        "pinned": True,
        "comments_open": False,
        "publish_at": in_future(days=1),
    }


@examples.body("PUT /news/{news_entry_id}")
def entry_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited once it is published."""
    return {
        "title": "Edited",
        "contents": "[b]Edited[/b].",
        "format": "bbcode",
        "pinned": True,
        "comments_open": False,
    }


# The entry of the examples is published, which cannot be put off.
examples.fixed("PUT /news/{news_entry_id}", "publish_at")


@examples.body("PUT /news/seen")
def seen(world: World) -> dict[str, Any]:
    """Up to an entry."""
    return {"id": world.once(entry_id)}


@examples.body("POST /news/{news_entry_id}/comments")
def new_comment(world: World) -> dict[str, Any]:
    return {"contents": "**New**.", "format": "markdown"}


@examples.body("PUT /news/{news_entry_id}/comments/{news_comment_id}")
def comment_changes(world: World) -> dict[str, Any]:
    """Everything that can be edited."""
    return {"contents": "[b]Edited[/b].", "format": "bbcode"}


@examples.caller("DELETE /news/subscription")
def subscriber(world: World) -> Person:
    """Somebody who is subscribed."""
    person = world.person("subscriber.to.news")
    person.client.post("/news/subscription", status=200)
    return person


@examples.items("/news")
def entries(world: World, amount: int) -> None:
    """Entries of different authors."""
    for _ in range(amount):
        author = world.person(grants=[BLOG_CREATE])
        write(author.client, f"Entry {world.number()}", BLOG)


@examples.items("/news/{news_entry_id}/comments")
def comments(world: World, amount: int) -> None:
    """Comments of different members."""
    for _ in range(amount):
        say(world.person().client, world.once(entry_id))
