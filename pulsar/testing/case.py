"""A test of one endpoint, whose responses are compared with the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from webtest import TestResponse

from .client import JSON
from .contract import Contract
from .operations import Operation
from .site_model import World


class Case:
    """Collects the faults in an endpoint's responses, so that one run reports all of them."""

    def __init__(
        self,
        operation: Operation,
        world: World,
        contract: Contract,
        stored: Callable[[], dict[str, list[str]]],
    ) -> None:
        self.operation = operation
        self.world = world
        self.contract = contract
        self.problems: list[str] = []
        self.client = world.caller(operation).client
        self.path = world.path(operation)
        self._stored = stored
        if operation.takes_body:
            world.body(operation)

    def ask(self, path: str | None = None, **kwargs: Any) -> TestResponse:
        """Call the operation's method and return the response."""
        return self.client.request(self.operation.method, path or self.path, **kwargs)

    def send(self, body: bytes, content_type: str = JSON) -> TestResponse:
        """Send a body and return the response."""
        return self.ask(body=body, headers={"Content-Type": content_type})

    def query(self, text: str, without: str = "") -> TestResponse:
        """The response to the valid request with another query, omitting one of its own keys."""
        path, _, own = self.path.partition("?")
        pairs = [pair for pair in own.split("&") if pair and pair.partition("=")[0] != without]
        return self.world.call(self.operation, self.client, f"{path}?{'&'.join([*pairs, text])}")

    def expect(
        self, what: str, answer: TestResponse, status: int, code: str, field: str | None = None
    ) -> None:
        """Add any difference from a documented error of this status and code about the field."""
        problems = self.contract.problems(self.operation, answer)
        said = answer.json if answer.content_type == JSON else {}
        if answer.status_int != status or said.get("code") != code:
            problems.append(
                f"answered {answer.status_int} {answer.text[:200]}, not {status} {code}"
            )
        elif field is not None:
            errors = said.get("errors", {})
            if not any(path == field or path.startswith(f"{field}.") for path in errors):
                problems.append(f"told of {sorted(errors)}, not of {field!r}")
            problems += [
                f"says nothing of {path!r}" for path, said in errors.items() if not all(said)
            ]
        self.problems += [f"{what}: {problem}" for problem in problems]

    @contextmanager
    def on_trial(self) -> Iterator[None]:
        """Fail at the end if there were faults, or if anything was stored in the meantime."""
        before = self._stored()
        yield
        after = self._stored()
        assert not self.problems, "\n".join(self.problems)
        tables = before.keys() | after.keys()
        stored = {table for table in tables if before.get(table) != after.get(table)}
        assert stored == set()
