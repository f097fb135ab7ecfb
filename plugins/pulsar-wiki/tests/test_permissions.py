"""The permissions of the endpoints of the wiki."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

VIEW, EDIT, CREATE, DELETE = (
    "wiki_view",
    "wiki_edit_article",
    "wiki_create_article",
    "wiki_delete_article",
)
LANGUAGES = "wiki_languages_modify"
NEW = {"title": "New", "contents": "Text."}

#: In an order in which each request finds the article.
ENDPOINTS: dict[str, tuple[str, str, str, dict[str, Any] | None]] = {
    "landing page": ("GET", "/wiki", VIEW, None),
    "by alias": ("GET", "/wiki/thumbs", VIEW, None),
    "recent": ("GET", "/wiki/recent", VIEW, None),
    "list": ("GET", "/wiki/articles", VIEW, None),
    "create": ("POST", "/wiki/articles", CREATE, NEW),
    "show": ("GET", "/wiki/articles/{id}", VIEW, None),
    "edit": ("PUT", "/wiki/articles/{id}", EDIT, {"contents": "Better.", "revision": 1}),
    "links": ("GET", "/wiki/articles/{id}/links", VIEW, None),
    "watch": ("POST", "/wiki/articles/{id}/watch", VIEW, {}),
    "unwatch": ("DELETE", "/wiki/articles/{id}/watch", VIEW, {}),
    "translations": ("GET", "/wiki/articles/{id}/translations", VIEW, None),
    "translate": (
        "POST",
        "/wiki/articles/{id}/translations",
        CREATE,
        {**NEW, "title": "Neu", "language": "German"},
    ),
    "add alias": ("POST", "/wiki/articles/{id}/aliases", EDIT, {"alias": "toes"}),
    "remove alias": ("DELETE", "/wiki/articles/{id}/aliases/thumbs", EDIT, {}),
    "revisions": ("GET", "/wiki/articles/{id}/revisions", VIEW, None),
    "revision": ("GET", "/wiki/articles/{id}/revisions/1", VIEW, None),
    "diff": ("GET", "/wiki/articles/{id}/revisions/1/diff", VIEW, None),
    "rollback": ("POST", "/wiki/articles/{id}/revisions/1/rollback", EDIT, {}),
    "restore": ("POST", "/wiki/articles/{id}/restore", DELETE, {}),
    "delete": ("DELETE", "/wiki/articles/{id}", DELETE, {}),
    "languages": ("GET", "/wiki/languages", VIEW, None),
    "add language": ("POST", "/wiki/languages", LANGUAGES, {"language": "Latin"}),
    "rename language": ("PUT", "/wiki/languages/1", LANGUAGES, {"language": "Norsk"}),
}
CREATED = {"create", "translate", "add language"}


@pytest.fixture
def article_id(write: Any, german: str) -> int:
    """The id of an article that is not the callers' own."""
    article_id: int = write("Thumbs")["id"]
    return article_id


@pytest.fixture
def call(article_id: int) -> Any:
    """``call(client, "show", id=None)``: the status of the response."""

    def send(client: Client, endpoint: str, path_id: int | None = None) -> int:
        method, path, _, body = ENDPOINTS[endpoint]
        path = path.format(id=path_id or article_id)
        if method == "GET":
            return client.get(path).status_int
        return getattr(client, method.lower())(path, body or None).status_int

    return send


@pytest.fixture
def answers(call: Any) -> Any:
    """``answers(client)``: the status of each endpoint."""
    return lambda client: {endpoint: call(client, endpoint) for endpoint in ENDPOINTS}


@pytest.fixture
def somebody(client: Client, factory: Factory) -> Any:
    """``somebody(scope..., grants=...)``: a client with a key of a new member."""

    def make(*scope: str, **kwargs: Any) -> Client:
        return client.as_key(factory.key(factory.user(**kwargs), *scope))

    return make


class TestEndpoints:
    """The default permissions of classes. The walk tests that each permission is required."""

    def test_member(self, member: Client, answers: Any) -> None:
        statuses = answers(member)
        reading = {name for name, (_, _, needed, _) in ENDPOINTS.items() if needed == VIEW}
        assert statuses == {name: 200 if name in reading else 403 for name in ENDPOINTS}

    def test_moderator_and_staff(self, moderator: Client, staff: Client, call: Any) -> None:
        for endpoint in ENDPOINTS.keys() - {"delete", "remove alias", *CREATED, "edit"}:
            assert call(moderator, endpoint) == call(staff, endpoint) == 200, endpoint

    def test_key(self, somebody: Any, call: Any) -> None:
        everything = (VIEW, EDIT, CREATE, DELETE, LANGUAGES)
        for endpoint, (_, _, needed, _) in ENDPOINTS.items():
            caller = somebody(VIEW, needed, grants=everything)
            assert call(caller, endpoint) == (201 if endpoint in CREATED else 200), endpoint

    def test_sight(self, somebody: Any, call: Any) -> None:
        """Callers who may not read the wiki cannot find out which articles exist."""
        blind = somebody(grants=(EDIT, CREATE, DELETE), denials=(VIEW,))
        for endpoint, (_, path, _, _) in ENDPOINTS.items():
            if "{id}" in path:
                assert call(blind, endpoint) == call(blind, endpoint, 4711) == 403
        assert blind.get("/wiki/thumbs").status_int == blind.get("/wiki/x").status_int == 403


class TestFields:
    def test_deleted_and_restricted(self, somebody: Any, article_id: int) -> None:
        path = f"/wiki/articles/{article_id}"
        for name, permission in (
            ("deleted", "wiki_view_deleted"),
            ("restricted", "wiki_classes_modify"),
        ):
            assert name in somebody(grants=(permission,)).get(path).json["response"]
            assert name not in somebody().get(path).json["response"]
            scoped = somebody(VIEW, grants=(permission,))
            assert name not in scoped.get(path).json["response"]
