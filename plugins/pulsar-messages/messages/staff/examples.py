"""Messages to staff for tests, and examples for the tests that walk the API."""

from __future__ import annotations

from typing import Any

from pulsar.testing.client import Client
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import World

examples = Examples()


def ask(client: Client, topic: str = "Help", message: str = "It does not work.") -> int:
    """Write to staff and return the ticket's id."""
    answer = client.post("/staff_messages", {"topic": topic, "message": message}, status=201)
    ask_id: int = answer.json["response"]["id"]
    return ask_id


def canned(client: Client, name: str) -> int:
    """Create a canned answer and return its id."""
    body = {"name": name, "contents": "Read the **rules**.", "format": "markdown"}
    answer = client.post("/staff_messages/answers", body, status=201)
    canned_id: int = answer.json["response"]["id"]
    return canned_id


@examples.parameter("staff_message_id")
def staff_message_id(world: World) -> int:
    return ask(world.owner.client)


@examples.parameter("staff_answer_id")
def staff_answer_id(world: World) -> int:
    """A canned answer written by staff, since only staff have access to them."""
    return canned(world.staff.client, f"Answer {world.number()}")


@examples.parameter("staff_message_id", path="/staff_messages/{staff_message_id}/unresolve")
def resolved_id(world: World) -> int:
    resolved_id = ask(world.owner.client)
    world.owner.client.post(f"/staff_messages/{resolved_id}/resolve", status=200)
    return resolved_id


@examples.body("POST /staff_messages")
def question(world: World) -> dict[str, Any]:
    return {"topic": "Help", "message": "How do I **seed**?", "format": "markdown"}


@examples.body("PUT /staff_messages/{staff_message_id}")
def assignment(world: World) -> dict[str, Any]:
    return {"assigned_to": world.staff.user.id, "assigned_class": 2, "status": "answered"}


@examples.body("POST /staff_messages/{staff_message_id}/replies")
def reply(world: World) -> dict[str, Any]:
    return {"message": "Like this.", "internal": False}


@examples.body("POST /staff_messages/answers")
def answer(world: World) -> dict[str, Any]:
    return {"name": "Seeding", "contents": "Leave your client running."}


@examples.body("PUT /staff_messages/answers/{staff_answer_id}")
def changes(world: World) -> dict[str, Any]:
    """All values that can be edited."""
    return {"name": "Edited", "contents": "Edited.", "format": "bbcode"}


@examples.items("/staff_messages")
def tickets(world: World, amount: int) -> None:
    """Tickets of different members."""
    for _ in range(amount):
        ask(world.person().client)


@examples.items("/staff_messages/answers")
def answers(world: World, amount: int) -> None:
    for _ in range(amount):
        canned(world.staff.client, f"Answer {world.number()}")
