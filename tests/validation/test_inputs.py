"""The declared input types of views match their schemas."""

from __future__ import annotations

from typing import Any

from pulsar.registry import Registry
from pulsar.testing.inputs import Key, keys_of_annotation, keys_of_schema
from pulsar.users.schemas import FindUsers, Register
from pulsar.users.views.users import find_users
from pulsar.validation import Integer, ListOf, Nullable, Schema, String


class Shelf(Schema):
    """A schema with a key of each kind."""

    name = String(required=True)
    size = Integer(default=3)
    books = ListOf(Integer(1))
    note = Nullable(String(), default=None)


class TestKeysOfSchema:
    def test_kinds(self) -> None:
        assert keys_of_schema(Shelf()) == {
            "name": Key(str, True),
            "size": Key(int, True),
            "books": Key(list[int], False),
            "note": Key(str | None, True),
        }


def views_with_input(registry: Registry) -> list[Any]:
    """The views that declare input, as introspectables."""
    entries = registry.introspector.get_category("views") or ()
    views = [entry["introspectable"] for entry in entries]
    return [view for view in views if view.get("schema") or view.get("query")]


class TestViews:
    def test_annotations_say_what_schemas_do(self, registry: Registry) -> None:
        views = views_with_input(registry)
        assert len(views) > 100
        wrong = []
        for view in views:
            said = keys_of_annotation(view["callable"])
            schemas = [view[name] for name in ("schema", "query") if view.get(name)]
            keys: dict[str, Key] = {}
            for schema in schemas:
                keys |= keys_of_schema(schema())
            if said is not None and said != keys:
                wrong.append((view["callable"], said, keys))
        assert wrong == []

    def test_all_have_one(self, registry: Registry) -> None:
        without = [
            view["callable"].__qualname__
            for view in views_with_input(registry)
            if keys_of_annotation(view["callable"]) is None
        ]
        assert without == []


class TestKeysOfAnnotation:
    def test_another_schema_has_others(self) -> None:
        assert keys_of_annotation(find_users) == keys_of_schema(FindUsers())
        assert keys_of_annotation(find_users) != keys_of_schema(Register())
