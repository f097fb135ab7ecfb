"""The response to a PUT shows the changed data, as the next GET does."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import JSON, Client
from pulsar.testing.operations import JsonSchema, Operation
from pulsar.testing.site_model import World

from .conftest import described


def place_of(operation: Operation) -> Operation | None:
    """Return the GET that shows the operation's response: at its path, or at a parent's path."""
    reads = {other.path: other for other in described() if other.method == "GET"}
    path = operation.path
    above = []
    while path:
        above.append(path)
        path = path.rpartition("/")[0]
    same = [path for path in above if path in reads and _answer(reads[path]) == _answer(operation)]
    return next((reads[path] for path in [*same, *above] if path in reads), None)


def _answer(operation: Operation) -> JsonSchema:
    """Return the schema of the content of a successful response's envelope."""
    content = operation.answers[operation.success].get("content", {}).get(JSON, {})
    envelope = operation.resolved(content.get("schema", {}))
    return operation.resolved(envelope.get("properties", {}).get("response", {}))


def _told(value: Any, thing: Any) -> Any:
    """Return the object in a GET's response: the response itself, or the part with the object's id.

    A response without an id is not an object; it only describes the result of the request.
    """
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    if isinstance(thing, dict) and isinstance(value, list) and "id" not in thing:
        return thing
    if isinstance(value, list) and isinstance(thing, dict):
        return next(item for item in value if item["id"] == thing["id"])
    return value


def another(world: World, name: str, schema: JsonSchema, current: Any) -> Any:
    """Return a value that the schema allows and that differs from the one shown, or None."""
    for inner in schema.get("anyOf", ()):
        schema = inner if inner.get("type") != "null" else schema
    if "enum" in schema:
        return next(value for value in schema["enum"] if value != current)
    kind = schema.get("type")
    if kind == "boolean":
        return not current
    if kind == "integer":
        least = schema.get("minimum", 0) + 1
        return world.another(name) or (least if current != least else least + 1)
    if kind == "string" and "format" not in schema:
        return f"other {name}"[: schema.get("maxLength", 60)]
    return None


def change(
    world: World, operation: Operation, place: Operation, name: str, schema: JsonSchema
) -> list[str]:
    """Return the faults in the response to a change of one member."""
    right = world.body(operation)
    assert isinstance(right, dict)
    client, path = world.caller(operation).client, world.path(operation)
    current = client.get(world.path(place), status=200).json["response"]
    current = current.get(name) if isinstance(current, dict) else None
    required = {key: right[key] for key in operation.body.get("required", ())}
    values = [
        world.change(operation, name),
        another(world, name, schema, current),
        right.get(name),
    ]
    refused = []
    for value in (value for value in values if value is not None):
        for others in (required, right):
            body = {**others, name: value}
            with world.undone():
                answer = client.put(path, body)
                if answer.status_int == 200:
                    return _compare(client, world.path(place), body, answer.json["response"])
            refused.append(f"{body}: {answer.text[:150]}")
    hint = f'say with what by @examples.change("{operation}", "{name}")'
    return [f"{name} is not changed; {hint}; refused: {refused}"]


def _compare(client: Client, path: str, body: dict[str, Any], told: Any) -> list[str]:
    after = client.get(path)
    if after.status_int != 200:
        return []
    fields = _told(after.json["response"], told)
    if isinstance(told, dict) and isinstance(fields, dict):
        return [
            f"{body} is answered with {key} {told[key]!r} and not {fields[key]!r}"
            for key in sorted(told.keys() & fields.keys())
            if told[key] != fields[key]
        ]
    return [] if told == fields else [f"{body} is answered with {told!r} and not {fields!r}"]


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestPut:
    @staticmethod
    def covers(operation: Operation) -> bool:
        told = _answer(operation).get("type") != "string"
        return operation.method == "PUT" and told and operation.body.get("properties") != {}

    def test_the_answer_is_what_is_shown_next(self, operation: Operation, world: World) -> None:
        for path, like in world.examples.own.items():
            other = operation.path.replace(path, like, 1)
            if other != operation.path and any(
                (operation.method, operation.path) == ("PUT", other) for operation in described()
            ):
                pytest.skip(f"like PUT {other}")
        place = place_of(operation)
        assert place is not None
        problems = [
            problem
            for name, schema in operation.body["properties"].items()
            if f"{operation} {name}" not in world.examples.fixed_members
            for problem in change(world, operation, place, name, schema)
        ]
        assert not problems, "\n".join(problems)
