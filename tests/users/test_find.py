"""Finding members by their names."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


@pytest.fixture
def names(member: Client, factory: Factory) -> Any:
    """``names("b")``: the members that are found among Bob, bobby, B_b and anna."""
    for name in ("Bob", "bobby", "B_b", "anna"):
        factory.user(name)

    def find(beginning: str, **query: int) -> list[str]:
        rest = "".join(f"&{name}={value}" for name, value in query.items())
        answer = member.get(f"/users?username={beginning}{rest}", status=200)
        return [user["username"] for user in answer.json["response"]["items"]]

    return find


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        ("bob", ["Bob", "bobby"]),
        ("BOBB", ["bobby"]),
        # The wildcards of LIKE have no special meaning.
        ("b_", ["B_b"]),
        ("%25", []),
        ("nobody", []),
    ],
)
def test_beginning(names: Any, beginning: str, expected: list[str]) -> None:
    assert names(beginning) == expected


def test_pages(names: Any) -> None:
    assert [names("bob", limit=1, page=page) for page in (1, 2, 3)] == [["Bob"], ["bobby"], []]


def test_everybody(names: Any, member: Client) -> None:
    users = member.get("/users", status=200).json["response"]
    assert users["total"] == 5
    assert "email" not in users["items"][0]


def test_permission(client: Client, factory: Factory) -> None:
    blind = client.as_key(factory.key(factory.user(denials=("users_view",))))
    blind.get("/users", status=403)
    client.get("/users", status=401)
