"""Examples of categories, for tests that walk the API."""

from __future__ import annotations

from typing import Any

from pulsar.testing.examples import Examples
from pulsar.testing.site_model import World

from .models import TorrentCategory

examples = Examples()


def add(world: World) -> str:
    """Add a category and return its name."""
    number = world.number()
    category = TorrentCategory(name=f"category_{number}", title=f"Category {number}", torznab=8010)
    world.db.add(category)
    world.db.commit()
    return category.name


@examples.parameter("name", path="/torrents/categories/")
def name(world: World) -> str:
    return add(world)


@examples.body("POST /torrents/categories")
def category(world: World) -> dict[str, Any]:
    return {"name": "ebooks", "title": "E-books", "torznab": 7020, "position": 3}


@examples.body("PUT /torrents/categories/{name}")
def changes(world: World) -> dict[str, Any]:
    """Return new values of all fields that can be edited."""
    return {"title": "Audiobooks", "torznab": 3030, "position": 4}


@examples.items("/torrents/categories")
def categories(world: World, amount: int) -> None:
    """Create categories in addition to the one that always exists."""
    for _ in range(amount):
        add(world)
