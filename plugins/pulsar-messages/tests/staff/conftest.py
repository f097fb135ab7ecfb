"""Tickets, and staff who handle them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from messages.staff import examples
from pulsar.testing.site_model import Person


@pytest.fixture
def handler(join: Any) -> Person:
    """A member who handles messages to staff."""
    handler: Person = join("handler", grants=("staff_pm_handle",))
    return handler


@pytest.fixture
def ask() -> Callable[..., int]:
    """``ask(bob, topic="Help")``: the id of a new ticket."""
    return lambda person, **texts: examples.ask(person.client, **texts)


@pytest.fixture
def answer() -> Callable[..., Any]:
    """``answer(handler, 7, "Like this.", internal=True)``: the reply."""

    def send(author: Person, ticket_id: int, message: str = "Like this.", **fields: Any) -> Any:
        path = f"/staff_messages/{ticket_id}/replies"
        body = {"message": message, **fields}
        return author.client.post(path, body, status=201).json["response"]

    return send


@pytest.fixture
def ticket() -> Callable[..., Any]:
    """``ticket(bob, 7)``: a ticket with its messages."""

    def get(reader: Person, ticket_id: int, query: str = "") -> Any:
        path = f"/staff_messages/{ticket_id}?{query}"
        return reader.client.get(path, status=200).json["response"]

    return get


@pytest.fixture
def tickets() -> Callable[..., list[int]]:
    """``tickets(bob, "status=open")``: the ids of the listed tickets."""

    def get(reader: Person, query: str = "") -> list[int]:
        page = reader.client.get(f"/staff_messages?{query}", status=200).json["response"]
        assert page["total"] == len(page["items"])
        return [item["id"] for item in page["items"]]

    return get
