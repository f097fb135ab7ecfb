"""Conversations for tests, and examples for the tests that walk the API."""

from __future__ import annotations

from typing import Any

from pulsar.testing.client import Client
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import Person, World

examples = Examples()


def start(client: Client, *recipient_ids: int, topic: str = "Hello", message: str = "Hi!") -> int:
    """Start a conversation and return its id."""
    body = {"topic": topic, "recipient_ids": [*recipient_ids], "message": message}
    answer = client.post("/messages/conversations", body, status=201)
    start_id: int = answer.json["response"]["id"]
    return start_id


@examples.parameter("private_conversation_id")
def private_conversation_id(world: World) -> int:
    """A conversation of the owner with staff."""
    return start(world.owner.client, world.staff.user.id)


@examples.parameter("blocked_id")
def blocked_id(world: World) -> int:
    """A member whom the owner blocks."""
    blocked: int = world.person().user.id
    world.owner.client.post("/messages/blocks", {"user_id": blocked}, status=201)
    return blocked


@examples.caller("DELETE /messages/blocks/{blocked_id}")
def blocking(world: World) -> Person:
    """The owner, since a block is visible to the blocking member only."""
    return world.owner


@examples.body("POST /messages/conversations")
def conversation(world: World) -> dict[str, Any]:
    """A new conversation with two other members."""
    recipients = [world.owner.user.id, world.person("recipient").user.id]
    return {"topic": "New", "recipient_ids": recipients, "message": "**New**", "format": "markdown"}


@examples.body("PUT /messages/conversations/{private_conversation_id}")
def marks(world: World) -> dict[str, Any]:
    """All marks of a conversation."""
    return {"read": True, "starred": True, "deleted": False, "locked": True}


@examples.body("PUT /messages/conversations")
def marks_of_several(world: World) -> dict[str, Any]:
    """The owner's conversation, of which staff are a member too."""
    return {"conversation_ids": [world.once(private_conversation_id)], "read": True}


@examples.body("POST /messages/replies")
def reply(world: World) -> dict[str, Any]:
    """A reply in the owner's conversation."""
    return {"conv_id": world.once(private_conversation_id), "message": "Hello to you."}


@examples.body("POST /messages/{private_conversation_id}/members")
def new_members(world: World) -> dict[str, Any]:
    """A member who is not in the conversation."""
    return {"user_ids": [world.person("addition").user.id]}


@examples.query("DELETE /messages/{private_conversation_id}/members")
def old_members(world: World) -> dict[str, Any]:
    """A member who was added to the conversation."""
    added: int = world.person("removal").user.id
    path = f"/messages/{world.once(private_conversation_id)}/members"
    world.staff.client.post(path, {"user_ids": [added]}, status=200)
    return {"user_ids": [added]}


@examples.body("POST /messages/blocks")
def block(world: World) -> dict[str, Any]:
    return {"user_id": world.person("nuisance").user.id}


@examples.items("/messages/conversations")
def conversations(world: World, amount: int) -> None:
    """Conversations that different members started with staff."""
    for _ in range(amount):
        start(world.person().client, world.staff.user.id)


@examples.items("/messages/conversations/{private_conversation_id}")
def messages(world: World, amount: int) -> None:
    """Messages of the owner and staff."""
    body = {"conv_id": world.once(private_conversation_id), "message": "And?"}
    for number in range(amount):
        caller = world.owner if number % 2 else world.staff
        caller.client.post("/messages/replies", body, status=201)


@examples.items("/messages/blocks")
def blocks(world: World, amount: int) -> None:
    """Members whom staff block."""
    for _ in range(amount):
        world.staff.client.post("/messages/blocks", {"user_id": world.person().user.id}, status=201)
