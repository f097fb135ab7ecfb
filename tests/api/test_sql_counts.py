"""The number of SQL statements of a list does not depend on the number of items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World

FEW, MANY = 1, 30


class TestLists:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.method == "GET" and operation.lists

    def test_statements_do_not_grow_with_the_list(
        self, operation: Operation, world: World, count_sql: Callable[[], Any]
    ) -> None:
        if operation.path in world.examples.constant:
            assert operation.path not in world.examples.lists
            return
        world.populate(operation, FEW)
        few, least = self.ask(operation, world, count_sql)
        world.populate(operation, MANY - FEW)
        many, most = self.ask(operation, world, count_sql)
        assert few > 0, f"the items example of {operation.path} makes nothing that it lists"
        assert many - few >= (MANY - FEW) / 2, f"the list shows {many} of {MANY} things"
        assert len(most) == len(least), "\n".join(most)

    @staticmethod
    def ask(
        operation: Operation, world: World, count_sql: Callable[[], Any]
    ) -> tuple[int, list[str]]:
        """Return the number of listed items, and the statements of the request."""
        path, client = world.path(operation), world.caller(operation).client
        # From the second request on, data such as the caller's identity is cached.
        client.get(path, status=200)
        with count_sql() as statements:
            answer = client.get(path, status=200)
        return _length(answer.json["response"]), list(statements)


def _length(response: Any) -> int:
    """Return the number of items in the list, or in all lists of an object."""
    if isinstance(response, list):
        return len(response)
    return sum(len(value) for value in response.values() if isinstance(value, list))
