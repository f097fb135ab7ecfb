"""The largest requests that an endpoint reads do not overload the site.

They are refused before the database is used, or cost the same on both databases.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from webtest import TestResponse

from pulsar.testing.case import Case
from pulsar.testing.client import JSON
from pulsar.testing.examples import Form
from pulsar.testing.hostile import hostile_bodies, measured
from pulsar.testing.operations import Operation
from pulsar.tweens import MAX_PATH, MAX_QUERY
from pulsar.validation.body import FORM_OVERHEAD

SECONDS = 0.5
ANSWER = 64 * 2**10
MEMORY = 50 * 2**20

TYPE = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="%b"; filename="x"\r\n\r\n%b\r\n'
END = b"--b--\r\n"


def attempt(case: Case, what: str, send: Callable[[], TestResponse], sent: int) -> None:
    """Add a fault if the request costs too much, without the cost of garbage collections."""
    for _ in range(2):
        with case.world.undone(), measured() as cost:
            answer = send()
        if cost.seconds <= SECONDS and cost.memory <= MEMORY:
            break
    summary = f"{what}: {answer.status_int} {answer.text[:80]}"
    if answer.status_int >= 500:
        case.problems.append(summary)
    if cost.seconds > SECONDS:
        case.problems.append(f"{summary} took {cost.seconds:.2f} s")
    if cost.memory > MEMORY:
        case.problems.append(f"{summary} took {cost.memory / 2**20:.0f} MiB")
    if len(answer.body) > ANSWER + (0 if answer.status_int >= 400 else 4 * sent):
        case.problems.append(f"{summary} is answered with {len(answer.body)} bytes")


def judge(case: Case) -> None:
    assert not case.problems, "\n".join(case.problems)


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestBody:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.takes_body and operation.media_type == JSON

    def test_large_ones(self, case: Case, operation: Operation) -> None:
        right = case.world.body(operation)
        assert isinstance(right, dict)
        size = case.world.registry.settings["pulsar.max_body"]
        for what, body in hostile_bodies(operation.body, right, size):
            attempt(case, what, lambda body=body: case.send(body), len(body))
        judge(case)


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestForm:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.takes_body and operation.media_type == "multipart/form-data"

    def test_large_ones(self, case: Case, operation: Operation) -> None:
        form = case.world.body(operation)
        assert isinstance(form, Form)
        size = 10 * 2**20 + FORM_OVERHEAD - 1024
        piece = PART % (b"unknown", b"x")
        bodies = {
            "parts": piece * (size // len(piece)),
            "as many parts as are read": b"".join(PART % (b"%d" % n, b"x") for n in range(250)),
            "no parts": b"--b\r\n" + b"\r\n" * (size // 2),
            "headers": b"--b\r\n" + b"a: b\r\n" * (size // 6),
            "almost boundaries": PART % (b"x", b"\r\n--" * (size // 4)),
        }
        for name, schema in operation.body["properties"].items():
            key = name.encode()
            bodies[f"{name} as text"] = PART % (key, "€".encode() * (size // 3))
            bodies[f"{name} as long text"] = PART % (key, b"a," * (FORM_OVERHEAD // 2))
            bodies[f"{name} as file"] = FILE % (key, b"x" * size)
            for value in (b"l", b"i0e", b"1:a", b"0:", b"d1:ali0eee"):
                if "contentMediaType" in schema:
                    content = value * (10 * 2**20 // len(value))
                    bodies[f"{name} of {value!r}"] = FILE % (key, content)
                    bodies[f"{name} of a list of {value!r}"] = FILE % (
                        key,
                        b"l" + content[:-2] + b"e",
                    )
        for what, body in bodies.items():
            whole = body + END
            attempt(case, what, lambda whole=whole: case.send(whole, TYPE), len(whole))
        judge(case)


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestQuery:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return bool(operation.query)

    def test_long_ones(self, case: Case, operation: Operation) -> None:
        room = MAX_QUERY - 1024
        queries = {
            "unknown": "&".join(f"{number:x}=" for number in range(room // 6)),
            "empty": "&" * room,
            "too long": "a=1&" * 60_000,
        }
        for name, schema in operation.query.items():
            queries[f"{name} is long"] = f"{name}={'x' * (room - len(name))}"
            queries[f"{name} is a long number"] = f"{name}={'9' * (room - len(name))}"
            queries[f"{name} has other letters"] = f"{name}={quote('€ ') * (room // 14)}"
            queries[f"{name} many times"] = f"{name}=1&" * (room // (len(name) + 3))
            if schema.get("type") == "array":
                values = (f"{name}={number:x}" for number in range(schema["maxItems"]))
                queries[f"{name} as often as it may be"] = "&".join(values)
        for what, query in queries.items():
            attempt(case, what, lambda query=query: case.query(query), len(query))
        judge(case)


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestPath:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.first and operation.method == "GET" and not operation.path_parameters

    def test_long_ones(self, case: Case) -> None:
        path = case.path.partition("?")[0].rstrip("/")
        for what, more in {"segments": "/x", "dots": "/..", "slashes": "/"}.items():
            for length in (MAX_PATH - 100, 250_000):
                long = f"{path}{more * (length // len(more))}"
                attempt(case, f"{length} of {what}", lambda long=long: case.ask(long), length)
        judge(case)
