"""Serializers: visible fields, nested content, and SQL statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select
from zope.interface import Interface, implementer

from pulsar.interfaces import IContent, IRoot
from pulsar.security import PUBLIC
from pulsar.serialization import (
    INTEGER,
    STRING,
    BatchField,
    Field,
    NestedField,
    Serializer,
)
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.interfaces import IUser
from pulsar.users.models import User


class IBook(IContent):
    """A book."""


class IAuthor(Interface):
    """The author of a book."""


@implementer(IAuthor)
@dataclass
class Author:
    id: int
    name: str
    owner_id: int = 0


@implementer(IBook)
@dataclass
class Book:
    id: int
    owner_id: int = 0
    title: str = "Dune"
    author: Author | None = None
    sequels: list[Book] = field(default_factory=list)
    draft: str = "secret draft"
    price: int = 7


class Novel(Book):
    """Provides the interface of its base class."""


class AuthorSerializer(Serializer):
    owner = "owner_id"

    id = Field(INTEGER)
    name = Field(STRING)
    letters = Field(STRING, lambda request, author: "letters", nested=False)
    address = Field(STRING, lambda request, author: "address", permission="books_edit", own=True)


class BookSerializer(Serializer):
    owner = "owner_id"

    id = Field(INTEGER)
    title = Field(STRING)
    shout = Field(STRING, lambda request, book: book.title.upper())
    price = Field(INTEGER, permission="books_edit")
    draft = Field(STRING, permission="books_edit", own=True)
    author = NestedField(IAuthor)
    author_name = Field(STRING, "author.name", nested=False, permission="books_edit")
    sequels = NestedField(IBook, only=("id", "title"), many=True)


def books(content: Any) -> Callable[[Configurator], None]:
    """Return a module whose ``/books`` shows the result of ``content``."""

    def include(config: Configurator) -> None:
        config.add_permission("books_edit", "Edit books.")
        config.add_serializer(BookSerializer, IBook)
        config.add_serializer(AuthorSerializer, IAuthor)
        config.add_view(
            lambda context, request: content(request),
            context=IRoot,
            name="books",
            permission=PUBLIC,
        )

    return include


@pytest.fixture
def show(lab: Callable[..., Client]) -> Callable[..., Any]:
    """``show(value, key)``: the value as the owner of the key sees it."""

    def call(value: Any, key: str | None = None, *modules: Any) -> Any:
        site = lab(books(lambda request: value), *modules)
        return site.as_key(key).get("/books", status=200).json["response"]

    return call


OPEN = {"id", "title", "shout", "author", "sequels"}


class TestPermissions:
    def test_nobody(self, show: Callable[..., Any]) -> None:
        assert set(show(Book(1))) == OPEN

    def test_nobody_owns_nothing(self, show: Callable[..., Any]) -> None:
        assert set(show(Book(1, owner_id=None))) == OPEN  # type: ignore[arg-type]

    def test_member(self, show: Callable[..., Any], factory: Factory) -> None:
        assert set(show(Book(1), factory.key(factory.user()))) == OPEN

    def test_owner(self, show: Callable[..., Any], factory: Factory) -> None:
        user = factory.user()
        assert set(show(Book(1, user.id), factory.key(user))) == OPEN | {"draft"}

    def test_owner_with_a_narrow_key(self, show: Callable[..., Any], factory: Factory) -> None:
        user = factory.user()
        assert set(show(Book(1, user.id), factory.key(user, "users_view"))) == OPEN

    def test_editor(self, show: Callable[..., Any], factory: Factory) -> None:
        key = factory.key(factory.user(grants=["books_edit"]))
        assert set(show(Book(1, author=Author(1, "x")), key)) == OPEN | {
            "price",
            "draft",
            "author_name",
        }

    def test_editor_with_a_narrow_key(self, show: Callable[..., Any], factory: Factory) -> None:
        key = factory.key(factory.user(grants=["books_edit"]), "users_view")
        assert set(show(Book(1), key)) == OPEN

    def test_each_item_of_a_list(self, show: Callable[..., Any], factory: Factory) -> None:
        user = factory.user()
        serialized = show([Book(1), Book(2, user.id), Book(3)], factory.key(user))
        assert ["draft" in book for book in serialized] == [False, True, False]
        assert [book["id"] for book in serialized] == [1, 2, 3]


class TestValues:
    def test_attribute_and_function(self, show: Callable[..., Any]) -> None:
        serialized = show(Book(1, title="Emma"))
        assert (serialized["title"], serialized["shout"]) == ("Emma", "EMMA")

    def test_order_of_fields(self, show: Callable[..., Any]) -> None:
        assert list(show(Book(1))) == ["id", "title", "shout", "author", "sequels"]

    def test_dotted_attribute(self, show: Callable[..., Any], factory: Factory) -> None:
        key = factory.key(factory.user(grants=["books_edit"]))
        assert show(Book(1, author=Author(1, "Herbert")), key)["author_name"] == "Herbert"

    def test_subclass(self, show: Callable[..., Any]) -> None:
        assert show(Novel(1))["title"] == "Dune"

    def test_mixed_kinds_keep_their_order(self, show: Callable[..., Any]) -> None:
        serialized = show([Book(1), Author(2, "x"), "plain", Book(3), None])
        assert [item["id"] if isinstance(item, dict) else item for item in serialized] == [
            1,
            2,
            "plain",
            3,
            None,
        ]

    def test_empty_list(self, show: Callable[..., Any]) -> None:
        assert show([]) == []


class TestNested:
    def test_none(self, show: Callable[..., Any]) -> None:
        assert show(Book(1))["author"] is None

    def test_leaves_out_what_is_not_nested(self, show: Callable[..., Any]) -> None:
        assert show(Book(1, author=Author(2, "Herbert")))["author"] == {"id": 2, "name": "Herbert"}
        assert show(Author(2, "Herbert"))["letters"] == "letters"

    def test_permissions_of_the_inner_one(self, show: Callable[..., Any], factory: Factory) -> None:
        user = factory.user()
        key = factory.key(user)
        mine, other = Author(1, "x", user.id), Author(2, "x")
        serialized = show([Book(1, author=mine), Book(2, author=other)], key)
        assert ["address" in book["author"] for book in serialized] == [True, False]

    def test_only(self, show: Callable[..., Any], factory: Factory) -> None:
        key = factory.key(factory.user(grants=["books_edit"]))
        book = Book(1, author=Author(1, "x"), sequels=[Book(2), Book(3, title="Emma")])
        assert show(book, key)["sequels"] == [
            {"id": 2, "title": "Dune"},
            {"id": 3, "title": "Emma"},
        ]

    def test_many_of_many(self, show: Callable[..., Any]) -> None:
        serialized = show(
            [Book(1), Book(2, sequels=[Book(3), Book(4)]), Book(5, sequels=[Book(6)])]
        )
        assert [[inner["id"] for inner in book["sequels"]] for book in serialized] == [
            [],
            [3, 4],
            [6],
        ]


def add(content: Any, name: str, field: Any) -> Callable[[Configurator], None]:
    return lambda config: config.add_field(content, name, field)


class TestAddField:
    def test_from_another_plugin(self, show: Callable[..., Any]) -> None:
        stars = Field(INTEGER, lambda request, book: book.id * 10)
        assert show(Book(1), None, add(IBook, "stars", stars))["stars"] == 10

    def test_attribute(self, show: Callable[..., Any]) -> None:
        assert show(Book(1), None, add(IBook, "cost", Field(INTEGER, "price")))["cost"] == 7

    def test_of_a_base(self, show: Callable[..., Any]) -> None:
        stars = Field(INTEGER, lambda request, content: 1)
        serialized = show([Book(1), Author(1, "x")], None, add(IContent, "stars", stars))
        assert ["stars" in item for item in serialized] == [True, False]

    def test_permission(self, show: Callable[..., Any], factory: Factory) -> None:
        user = factory.user()
        field = Field(INTEGER, "id", permission="books_edit", own=True)
        serialized = show(
            [Book(1), Book(2, user.id)], factory.key(user), add(IBook, "copies", field)
        )
        assert ["copies" in book for book in serialized] == [False, True]

    def test_other_sites_do_not_show_it(self, show: Callable[..., Any]) -> None:
        show(Book(1), None, add(IBook, "stars", Field(INTEGER, "id")))
        assert "stars" not in show(Book(1))

    def test_on_the_cores_content(self, lab: Callable[..., Client], factory: Factory) -> None:
        field = Field(INTEGER, lambda request, user: user.id)
        site = lab(add(IUser, "books", field)).as_key(factory.key(factory.user()))
        response = site.get("/users/me").json["response"]
        assert response["books"] == response["id"]


class TestBatchField:
    @staticmethod
    def names(request: Request, models: Sequence[Any]) -> dict[int, str]:
        ids = [model.id for model in models]
        rows = request.db.execute(select(User.id, User.username).where(User.id.in_(ids)))
        return {row.id: row.username for row in rows}

    def test_values(self, show: Callable[..., Any], factory: Factory) -> None:
        user = factory.user("reader")
        module = add(IBook, "reader", BatchField(STRING, self.names, missing="nobody"))
        serialized = show([Book(user.id), Book(user.id + 1), Book(user.id)], None, module)
        assert [book["reader"] for book in serialized] == ["reader", "nobody", "reader"]

    def test_only_of_those_that_are_shown(self, show: Callable[..., Any], factory: Factory) -> None:
        asked: list[int] = []

        def load(request: Request, models: Sequence[Any]) -> dict[int, int]:
            asked.extend(model.id for model in models)
            return {}

        user = factory.user()
        field = BatchField(INTEGER, load, permission="books_edit", own=True)
        show([Book(1), Book(2, user.id)], factory.key(user), add(IBook, "x", field))
        assert asked == [2]

    @pytest.mark.parametrize("rows", [1, 50])
    def test_sql_does_not_grow(self, lab: Callable[..., Client], count_sql: Any, rows: int) -> None:
        value = [
            Book(number, author=Author(number, "x"), sequels=[Book(number + 100)])
            for number in range(rows)
        ]
        readers = BatchField(STRING, self.names)
        site = lab(
            books(lambda request: value),
            add(IBook, "reader", readers),
            add(IAuthor, "reader", readers),
        )
        site.get("/books", status=200)  # reads the bans, once for the application
        with count_sql() as statements:
            site.get("/books", status=200)
        # One statement for all books, and one for their authors; sequels show only their title.
        assert len(statements) == 2
