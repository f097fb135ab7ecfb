"""Members who write and moderate, and articles."""

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

    With a rank, the member is in a new class of that rank that may read the wiki.
    """

    def make(username: str, *grants: str, rank: int | None = None, **kwargs: Any) -> Client:
        if rank is not None:
            reading = ("wiki_view", "notifications_view")
            user_class = factory.user_class(f"Class {rank} {username}", *reading, rank=rank)
            kwargs["user_class_id"] = user_class.id
        return client.as_key(factory.key(factory.user(username, grants=grants, **kwargs)))

    return make


@pytest.fixture
def writer(join: Callable[..., Client]) -> Client:
    """A member who writes and edits articles."""
    return join("writer", *WRITER)


@pytest.fixture
def moderator(join: Callable[..., Client]) -> Client:
    """A member with all permissions of the wiki."""
    return join("moderator", *MODERATOR)


@pytest.fixture
def write(writer: Client) -> Callable[..., Any]:
    """``write("Title", "Text.", client=writer)``: a new article as JSON."""

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
    """``edit(id, contents="New.", client=writer)``: the article after another edit."""

    def make(
        article_id: int, client: Client | None = None, status: int = 200, **fields: Any
    ) -> Any:
        client, path = client or writer, f"/wiki/articles/{article_id}"
        if "revision" not in fields:
            language = f"?language={fields['language']}" if "language" in fields else ""
            response = client.get(f"{path}{language}", status=200).json["response"]
            fields["revision"] = response["latest_revision"]
        answer = client.put(path, fields, status=status)
        return answer.json["response"] if status == 200 else answer.json

    return make


@pytest.fixture
def german(moderator: Client) -> str:
    """The name of a second language."""
    moderator.post("/wiki/languages", {"language": "German"}, status=201)
    return "German"


@pytest.fixture
def settle() -> Callable[..., Client]:
    """``settle(app, "bob", "permission")``: a client of a new member of another site."""

    def make(app: Any, username: str, *grants: str) -> Client:
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            return Client(app, factory.key(factory.user(username, grants=grants)))

    return make
