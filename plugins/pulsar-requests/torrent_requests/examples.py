"""Requests for tests, and examples for the tests that walk the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from pulsar.db import utcnow
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import Person, World
from pulsar.users.models import User
from torrents.examples import upload
from torrents.models import Torrent

from .models import Comment

MIB = 2**20
BOUNTY = 300 * MIB

examples = Examples()


def enrich(world: World, person: Person, amount: int = 2**40) -> None:
    """Set the upload credit of the person."""
    world.db.execute(update(User).where(User.id == person.user.id).values(uploaded=amount))
    world.db.commit()


def make(world: World, person: Person, title: str = "Wanted") -> int:
    """Create a request of the person, who gets credit for it, and return its id."""
    enrich(world, person)
    body = {"title": title, "category": "other", "description": "Please.", "bounty": BOUNTY}
    make_id: int = person.client.post("/requests", body, status=201).json["response"]["id"]
    return make_id


@examples.parameter("request_id")
def request_id(world: World) -> int:
    return make(world, world.owner)


@examples.parameter("comment_id", path="/requests/")
def comment_id(world: World) -> int:
    return _comment(world, world.owner.user.id)


@examples.body("POST /requests")
def request_body(world: World) -> dict[str, Any]:
    """A new request of staff, who get credit for it."""
    enrich(world, world.staff)
    return {
        "title": "New",
        "category": "other",
        "description": "**New**",
        "format": "markdown",
        "tags": "linux, bsd",
        "bounty": BOUNTY,
    }


@examples.body("PUT /requests/{request_id}")
def changes(world: World) -> dict[str, Any]:
    """All values that can be edited."""
    return {
        "title": "Edited",
        "category": "other",
        "description": "Edited.",
        "format": "bbcode",
        "tags": "minix",
    }


@examples.query("DELETE /requests/{request_id}")
def reason(world: World) -> dict[str, Any]:
    return {"reason": "An example."}


@examples.body("POST /requests/{request_id}/votes")
def vote(world: World) -> dict[str, Any]:
    """A contribution of staff, who get credit for it."""
    enrich(world, world.staff)
    return {"amount": 100 * MIB}


@examples.body("POST /requests/{request_id}/fill")
def torrent(world: World) -> dict[str, Any]:
    """A torrent of the owner that is old enough for anybody to use."""
    torrent_id = upload(world.owner.client, f"Wanted {world.number()}")
    uploaded = utcnow() - timedelta(days=2)
    world.db.execute(update(Torrent).where(Torrent.id == torrent_id).values(created=uploaded))
    world.db.commit()
    return {"torrent_id": torrent_id}


@examples.query("DELETE /requests/{request_id}/fill")
def unfilling(world: World) -> dict[str, Any]:
    """The reason for unfilling a request, which the owner fills first."""
    path = f"/requests/{world.once(request_id)}/fill"
    world.owner.client.post(path, torrent(world), status=200)
    return {"reason": "An example."}


@examples.body("POST /requests/{request_id}/comments")
@examples.body("PUT /requests/{request_id}/comments/{comment_id}")
def contents(world: World) -> dict[str, Any]:
    return {"contents": "Of *today*.", "format": "markdown"}


@examples.items("/requests")
def requests(world: World, amount: int) -> None:
    """Requests of different members."""
    for _ in range(amount):
        make(world, world.person(), f"Title {world.number()}")


@examples.items("/requests/{request_id}/votes")
def votes(world: World, amount: int) -> None:
    """Votes of different members."""
    path = f"/requests/{world.once(request_id)}/votes"
    for _ in range(amount):
        voter = world.person()
        enrich(world, voter)
        voter.client.post(path, {"amount": 100 * MIB}, status=200)


@examples.items("/requests/{request_id}/comments")
def comments(world: World, amount: int) -> None:
    """Comments of different members."""
    for _ in range(amount):
        _comment(world, world.factory.user().id)


def _comment(world: World, user_id: int) -> int:
    row = Comment(
        request_id=world.once(request_id), user_id=user_id, contents="Please!", format="markdown"
    )
    world.db.add(row)
    world.db.commit()
    return row.id
