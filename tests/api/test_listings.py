"""Every list has the same shape, and ``next`` leads through the whole list."""

from __future__ import annotations

from typing import Any

from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World

AMOUNT = 3
ALWAYS = {"items", "limit", "next"}
MEMBERS = {*ALWAYS, "page", "pages", "total", "after"}


def answered(operation: Operation) -> dict[str, Any]:
    """Return the schema of the content of the envelope."""
    content = operation.answers[operation.success].get("content", {}).get("application/json", {})
    envelope = operation.resolved(content.get("schema", {}))
    return operation.resolved(envelope.get("properties", {}).get("response", {}))


def is_listing(schema: dict[str, Any]) -> bool:
    """Return whether the schema is that of a paged list."""
    members = schema.get("properties", {})
    return "items" in members and ("limit" in members or "after" in members)


def require_shape(listing: dict[str, Any]) -> None:
    assert set(listing) >= ALWAYS
    assert set(listing) <= MEMBERS
    assert ("page" in listing) == ("pages" in listing)
    assert "after" in listing or {"page", "pages", "total"} <= set(listing)


class TestListings:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.method == "GET" and is_listing(answered(operation))

    def test_next_leads_through_all_items(self, operation: Operation, world: World) -> None:
        assert set(answered(operation)["properties"]) == MEMBERS
        world.populate(operation, AMOUNT)
        path, client = world.path(operation), world.caller(operation).client
        whole = client.get(path, status=200).json["response"]
        require_shape(whole)
        assert whole["next"] is None
        items: list[Any] = []
        query: str | None = "?limit=1"
        for _ in range(len(whole["items"]) + 1):
            answer = client.get(f"{path}{query}", status=200)
            listing = answer.json["response"]
            require_shape(listing)
            items += listing["items"]
            query = listing["next"]
            link = f'{query}>; rel="next"'
            assert (link in answer.headers.get("Link", "")) == (query is not None)
            if query is None:
                break
        assert query is None
        assert items == whole["items"]


class TestListingsInsideOfObjects:
    @staticmethod
    def members(operation: Operation) -> list[str]:
        """Return the members of the object that are lists."""
        schema = answered(operation)
        properties = schema.get("properties", {}).items()
        return [name for name, inner in properties if is_listing(operation.resolved(inner))]

    @classmethod
    def covers(cls, operation: Operation) -> bool:
        return operation.method == "GET" and bool(cls.members(operation))

    def test_shape(self, operation: Operation, world: World) -> None:
        path, client = world.path(operation), world.caller(operation).client
        response = client.get(path, status=200).json["response"]
        for name in self.members(operation):
            require_shape(response[name])
