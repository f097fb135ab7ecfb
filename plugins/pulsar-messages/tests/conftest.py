"""Members, and functions with which they write. ``pulsar.testing`` has the common fixtures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from messages.conversations import examples
from pulsar.interfaces import IDatabase
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.testing.site_model import Person


@pytest.fixture
def join(client: Client, factory: Factory) -> Callable[..., Person]:
    """``join("dave", scope..., grants=...)``: create a member with an API key."""

    def make(name: str | None = None, *scope: str, **kwargs: Any) -> Person:
        user = factory.user(name, **kwargs)
        return Person(user, client.as_key(factory.key(user, *scope)))

    return make


@pytest.fixture
def alice(join: Any) -> Person:
    """A member who may start conversations with several members."""
    alice: Person = join("alice", grants=("messages_add_multiple_users",))
    return alice


@pytest.fixture
def bob(join: Any) -> Person:
    """An ordinary member."""
    bob: Person = join("bob")
    return bob


@pytest.fixture
def carol(join: Any) -> Person:
    """Another ordinary member, who is in no conversation unless a test adds them."""
    carol: Person = join("carol")
    return carol


@pytest.fixture
def boss(join: Any) -> Person:
    """A member of the Staff class."""
    boss: Person = join("boss", user_class_id=2)
    return boss


@pytest.fixture
def start() -> Callable[..., int]:
    """``start(alice, bob, topic="Hello", message="Hi!")``: the id of a new conversation."""

    def make(sender: Person, *recipients: Person, **texts: str) -> int:
        return examples.start(sender.client, *(other.user.id for other in recipients), **texts)

    return make


@pytest.fixture
def reply() -> Callable[..., Any]:
    """``reply(bob, 7, "And?")``: the message, or the whole response if ``status`` is another."""

    def send(sender: Person, conversation_id: int, message: str = "And?", status: int = 201) -> Any:
        body = {"conv_id": conversation_id, "message": message}
        answer = sender.client.post("/messages/replies", body, status=status).json
        return answer["response"] if status == 201 else answer

    return send


@pytest.fixture
def show() -> Callable[..., Any]:
    """``show(bob, 7, "limit=1")``: a conversation with its messages."""

    def get(reader: Person, conversation_id: int, query: str = "") -> Any:
        path = f"/messages/conversations/{conversation_id}?{query}"
        return reader.client.get(path, status=200).json["response"]

    return get


@pytest.fixture
def folder() -> Callable[..., list[Any]]:
    """``folder(bob, "filter=sentbox")``: the conversations in a folder."""

    def get(reader: Person, query: str = "") -> list[Any]:
        answer = reader.client.get(f"/messages/conversations?{query}", status=200)
        items: list[Any] = answer.json["response"]["items"]
        return items

    return get


@pytest.fixture
def mark() -> Callable[..., str]:
    """``mark(bob, 7, read=False)``: the sentence of the response."""

    def put(owner: Person, conversation_id: int, **values: bool) -> str:
        path = f"/messages/conversations/{conversation_id}"
        sentence: str = owner.client.put(path, values, status=200).json["response"]
        return sentence

    return put


@pytest.fixture
def told() -> Callable[..., list[Any]]:
    """``told(bob)``: the contents of the unread notifications of a type, newest first."""

    def get(reader: Person, type: str = "messages_received") -> list[Any]:
        answer = reader.client.get(f"/notifications/{type}", status=200)
        return [item["contents"] for item in answer.json["response"]["items"]]

    return get


@pytest.fixture
def logged(db: Session) -> Callable[[], list[Any]]:
    """``logged()``: action, summary, before and after of each entry of the site log."""

    def read() -> list[Any]:
        entries = db.scalars(select(LogEntry).order_by(LogEntry.id))
        return [(entry.action, entry.summary, entry.before, entry.after) for entry in entries]

    return read


@pytest.fixture
def settle() -> Callable[..., Person]:
    """``settle(app, "bob")``: create a member with an API key on another site."""

    def make(app: Any, name: str, **kwargs: Any) -> Person:
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            user = factory.user(name, **kwargs)
            return Person(user, Client(app, factory.key(user)))

    return make


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """``together(work, work)``: run the functions in threads that start together."""

    def run(*work: Callable[[], Any]) -> list[Any]:
        barrier = threading.Barrier(len(work))

        def begin(call: Callable[[], Any]) -> Any:
            barrier.wait(20)
            return call()

        with ThreadPoolExecutor(len(work)) as pool:
            return [future.result() for future in [pool.submit(begin, item) for item in work]]

    return run
