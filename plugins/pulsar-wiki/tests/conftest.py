"""Members who may do more with the wiki than read it, and articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

WRITER = ("wiki_create_article", "wiki_edit_article")
MODERATOR = (
    *WRITER,
    "wiki_view_deleted",
    "wiki_delete_article",
    "wiki_languages_modify",
    "wiki_classes_modify",
)


@pytest.fixture
def join(client: Client, factory: Factory) -> Callable[..., Client]:
    """``join("name", "permission", ..., rank=0)``: a client with the key of a new member.

    With a rank the member is of a class of that rank, which reads the wiki.
    """

    def make(username: str, *grants: str, rank: int | None = None, **kwargs: Any) -> Client:
        if rank is not None:
            reading = ("wiki_view", "notifications_view")
            made = factory.user_class(f"Class {rank} {username}", *reading, rank=rank)
            kwargs["user_class_id"] = made.id
        return client.as_key(factory.key(factory.user(username, grants=grants, **kwargs)))

    return make


@pytest.fixture
def writer(join: Callable[..., Client]) -> Client:
    """Somebody who writes and edits."""
    return join("writer", *WRITER)


@pytest.fixture
def moderator(join: Callable[..., Client]) -> Client:
    """Somebody with every permission of the wiki."""
    return join("moderator", *MODERATOR)


@pytest.fixture
def write(writer: Client) -> Callable[..., Any]:
    """``write("Title", "Text.", client=writer)``: the article that it becomes."""

    def make(
        title: str = "Rules of Thumb",
        contents: str = "Text.",
        client: Client | None = None,
        status: int = 201,
        **fields: Any,
    ) -> Any:
        body = {"title": title, "contents": contents, **fields}
        answer = (client or writer).post("/wiki/articles", body, status=status)
        return answer.json["response"] if status == 201 else answer.json

    return make


@pytest.fixture
def edit(writer: Client) -> Callable[..., Any]:
    """``edit(id, contents="New.", client=writer)``: the article after an edit of the latest."""

    def make(
        article_id: int, client: Client | None = None, status: int = 200, **fields: Any
    ) -> Any:
        client, path = client or writer, f"/wiki/articles/{article_id}"
        if "revision" not in fields:
            language = f"?language={fields['language']}" if "language" in fields else ""
            shown = client.get(f"{path}{language}", status=200).json["response"]
            fields["revision"] = shown["latest_revision"]
        answer = client.put(path, fields, status=status)
        return answer.json["response"] if status == 200 else answer.json

    return make


@pytest.fixture
def german(moderator: Client) -> str:
    """A second language."""
    moderator.post("/wiki/languages", {"language": "German"}, status=201)
    return "German"


@pytest.fixture
def settle() -> Callable[..., Client]:
    """``settle(app, "bob", "permission")``: a client of a member of a site of its own."""

    def make(app: Any, username: str, *grants: str) -> Client:
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            return Client(app, factory.key(factory.user(username, grants=grants)))

    return make
