"""News for tests, and examples for the tests that walk the API."""

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
    """Write an entry and return it as JSON."""
    body = {"kind": kind, "title": title, "contents": f"Contents of {title}.", **more}
    return client.post("/news", body, status=201).json["response"]


def say(client: Client, entry_id: int, contents: str = "A comment.", **more: Any) -> Any:
    """Write a comment and return it as JSON."""
    body = {"contents": contents, **more}
    return client.post(f"/news/{entry_id}/comments", body, status=201).json["response"]


def get_json(client: Client, path: str) -> Any:
    """Return the ``response`` of a successful GET request."""
    return client.get(path, status=200).json["response"]


def titles(client: Client, query: str = "") -> list[str]:
    """The titles of the listed entries."""
    return [entry["title"] for entry in get_json(client, f"/news{query}")["items"]]


def in_future(**delta: float) -> str:
    """Return a future time in ISO 8601, as the API expects it."""
    return (utcnow() + timedelta(**delta)).isoformat()


@examples.parameter("news_entry_id")
def entry_id(world: World) -> int:
    """An entry of staff, on which the owner may comment."""
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
    """All values that can be edited after the publication."""
    return {
        "title": "Edited",
        "contents": "[b]Edited[/b].",
        "format": "bbcode",
        "pinned": True,
        "comments_open": False,
    }


# The example entry is published, so that its time cannot be changed.
examples.fixed("PUT /news/{news_entry_id}", "publish_at")


@examples.body("PUT /news/seen")
def seen(world: World) -> dict[str, Any]:
    """The entry up to which the caller has read."""
    return {"id": world.once(entry_id)}


@examples.body("POST /news/{news_entry_id}/comments")
def new_comment(world: World) -> dict[str, Any]:
    return {"contents": "**New**.", "format": "markdown"}


@examples.body("PUT /news/{news_entry_id}/comments/{news_comment_id}")
def comment_changes(world: World) -> dict[str, Any]:
    """All values that can be edited."""
    return {"contents": "[b]Edited[/b].", "format": "bbcode"}


@examples.caller("DELETE /news/subscription")
def subscriber(world: World) -> Person:
    """A member who is subscribed to news."""
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
