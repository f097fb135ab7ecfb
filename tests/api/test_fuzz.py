"""Random requests, partly valid, get only documented responses."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulsar.testing.client import JSON
from pulsar.testing.contract import Contract
from pulsar.testing.examples import Examples
from pulsar.testing.operations import JsonSchema, Operation, operations
from pulsar.testing.site_model import World

# The requests are the same in each run, so that failures can be reproduced.
BOUNDED = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TEXT = st.text(max_size=40) | st.sampled_from(
    [
        '"',
        "'",
        "a OR b",
        '"a b" -c d*',
        "%",
        "_",
        "\\",
        "*",
        "-",
        "NEAR(a b)",
        "a:b",
        "<b>",
        "é" * 9,
    ]
)
NUMBERS = st.integers(-(2**70), 2**70) | st.integers(-2, 300) | st.sampled_from([2**31, 2**63 - 1])
NAMES = (TEXT | NUMBERS.map(str)).map(lambda name: quote(name, safe="") or "0")
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


def fitting(schema: JsonSchema) -> st.SearchStrategy[Any]:
    """Return a strategy for values of the schema's type, mostly within its limits."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([fitting(inner) for inner in schema["anyOf"]])
    kind = schema.get("type")
    if kind == "integer":
        low, high = schema.get("minimum", -(2**63)), schema.get("maximum", 2**63 - 1)
        return st.integers(low, high) | st.sampled_from([low, high])
    if kind == "string":
        low, high = schema.get("minLength", 0), schema.get("maxLength", 80)
        return TEXT | st.text(min_size=low, max_size=min(high, low + 60)) | st.just("x" * high)
    if kind == "array":
        return st.lists(fitting(schema["items"]), max_size=4)
    if kind == "object":
        others = schema.get("additionalProperties")
        if isinstance(others, dict):
            return st.dictionaries(TEXT, fitting(others), max_size=3)
        return members(schema)
    return {"boolean": st.booleans(), "number": st.floats(-1e6, 1e6), "null": st.none()}.get(
        str(kind), ANYTHING
    )


def members(schema: JsonSchema) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for objects with some of the members, rarely one of a wrong type."""
    properties = {
        name: st.one_of(*[fitting(inner)] * 9, ANYTHING)
        for name, inner in schema.get("properties", {}).items()
    }
    required = {name: properties.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=properties)


def queries(operation: Operation) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for some of the query's parameters."""
    return st.fixed_dictionaries(
        {}, optional={name: fitting(schema) for name, schema in operation.query.items()}
    )


@BOUNDED
@given(data=st.data())
def test_answers_are_documented(
    data: st.DataObject, world: World, contract: Contract, fuzzed_operations: list[Operation]
) -> None:
    operation = data.draw(st.sampled_from(fuzzed_operations))
    people = st.sampled_from(["staff"] * 5 + ["owner", "member", "nobody"])
    caller = data.draw(people)
    client = world.nobody if caller == "nobody" else world.person(caller).client
    existing = world.values(operation)
    odd = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(existing, NAMES)))
    path = existing | (odd if data.draw(st.integers(0, 4)) == 0 else {})
    with world.undone():
        query = data.draw(queries(operation))
        url = f"{operation.fill(path)}?{urlencode(query, doseq=True, errors='surrogatepass')}"
        kwargs: dict[str, Any] = {}
        if operation.takes_body and operation.media_type == JSON:
            body = data.draw(st.one_of(*[members(operation.body)] * 9, ANYTHING))
            kwargs = {"body": json.dumps(body).encode(), "content_type": JSON}
        elif operation.takes_body:
            kwargs = {
                "body": data.draw(st.binary()),
                "content_type": "multipart/form-data; boundary=b",
            }
        answer = client.request(operation.method, url, **kwargs)
        attempt = f"{caller}: {operation.method} {url} {kwargs}"
        problems = contract.problems(operation, answer)
        # An unusual name may lead nowhere, or to another endpoint.
        elsewhere = path != existing and answer.status_int in (401, 404, 405)
        assert elsewhere or problems == [], f"{attempt}: {problems}"


@pytest.fixture
def fuzzed_operations(document: dict[str, Any], examples: Examples) -> list[Operation]:
    """All endpoints."""
    return operations(document)
