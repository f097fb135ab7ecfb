"""While the database accepts no writes, like a standby, reading requests succeed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from pulsar.interfaces import ICache
from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World

#: Endpoints that create the member's secret at the first request.
MAKES = {
    "GET /users/me/secrets",
    "GET /users/me/secrets/{kind}",
    "GET /torrents/{torrent_id}/download",
}


@contextmanager
def read_only(world: World, connection: Any) -> Iterator[None]:
    """Forbid writes until the end of the block; a savepoint discards refused writes."""
    with world.undone():
        connection.execute(text("SET LOCAL transaction_read_only = on"))
        world.registry.getUtility(ICache).clear()
        yield


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestReading:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.method == "GET"

    def test(self, world: World, operation: Operation, connection: Any) -> None:
        path, person = world.path(operation), world.caller(operation)
        with read_only(world, connection):
            answer = world.call(operation, person.client, path)
        expected = {operation.success, 503} if str(operation) in MAKES else {operation.success}
        assert answer.status_int in expected, answer.text


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestWriting:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.method not in ("GET", "HEAD")

    def test(self, world: World, operation: Operation, connection: Any) -> None:
        path, person = world.path(operation), world.caller(operation)
        if operation.takes_body:
            world.body(operation)
        with read_only(world, connection):
            answer = world.call(operation, person.client, path)
        assert answer.status_int < 500 or answer.json["code"] == "unavailable", answer.text
        if answer.status_int == 503:
            assert int(answer.headers["Retry-After"]) > 0
