"""Sections for tests, and examples for the tests that walk the API."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from pulsar.testing.client import Client
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import World

from .models import RuleRevision, RuleSection
from .permissions import MODIFY, VIEW_HISTORY

examples = Examples()
examples.implies(MODIFY, VIEW_HISTORY)


def rule(summary: str, *rules: Any, extra: str | None = None) -> dict[str, Any]:
    """Return a rule as JSON."""
    return {"summary": summary, "extra": extra, "rules": list(rules) or None}


def make(client: Client, section: str, *rules: Any, **fields: Any) -> Any:
    """Create a section and return it as JSON."""
    body = {"id": section, "name": section.title(), "rules": list(rules), **fields}
    return client.post("/rules", body, status=201).json["response"]


@examples.parameter("section")
def section(world: World) -> str:
    """A section that was not edited after its creation."""
    section_json = make(
        world.staff.client, "owned", rule("First.", rule("Inner.")), rule("Second.")
    )
    return str(section_json["id"])


@examples.parameter("number", "/rules")
def number(world: World) -> int:
    """The number of the first revision of the section."""
    return 1


@examples.body("POST /rules")
def new_section(world: World) -> dict[str, Any]:
    """All values of a new section."""
    return {
        "id": "new",
        "name": "New",
        "description": "About new things.",
        "position": 7,
        "format": "markdown",
        "rules": [rule("**First.**", rule("Inner.", extra="More of it."))],
        "language": "en",
        "summary": "Begun.",
    }


@examples.body("PUT /rules/{section}")
def whole_section(world: World) -> dict[str, Any]:
    """All values that can be edited."""
    return {
        "name": "Edited",
        "description": "About edited things.",
        "position": 8,
        "format": "bbcode",
        "rules": [rule("[b]First.[/b]", rule("Inner.", rule("Innermost.")))],
        "language": "en",
        "summary": "Why not.",
        "revision": 1,
    }


@examples.body("POST /rules/{section}/revisions/{number}/rollback")
def back(world: World) -> dict[str, Any]:
    """A rollback to the current text."""
    return {"language": "en", "summary": "Back.", "revision": 1}


@examples.items("/rules")
def sections(world: World, amount: int) -> None:
    """Sections in two languages."""
    for _ in range(amount):
        name = f"section{world.number()}"
        make(world.staff.client, name, rule("A rule."))
        body = {"name": name, "rules": [rule("Regel.")], "revision": 0}
        world.staff.client.put(f"/rules/{name}", {**body, "language": "de"}, status=200)


@examples.items("/rules/{section}/revisions")
def revisions(world: World, amount: int) -> None:
    """Edits of the section."""
    path = f"/rules/{world.once(section)}"
    for _ in range(amount):
        latest = world.staff.client.get(path).json["response"]["revision"]
        body = {"name": "Owned", "rules": [rule(f"Rule {world.number()}.")], "revision": latest}
        world.staff.client.put(path, body, status=200)


@examples.items("/rules/{section}/revisions/{number}/diff")
def lines(world: World, amount: int) -> None:
    """More rules in the first revision, which its diff lists as added."""
    row = RuleSection.section == world.once(section)
    query = select(RuleRevision).join(RuleSection, RuleSection.id == RuleRevision.section_id)
    first = world.db.scalars(query.where(row, RuleRevision.number == world.once(number))).one()
    more = [rule(f"Rule {world.number()}.") for _ in range(amount)]
    first.rules = [*first.rules, *more]
    world.db.commit()
