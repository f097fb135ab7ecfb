"""Audiences of content with only some of its fields."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.request import Request

from pulsar.background import make_request
from pulsar.security import Identity
from pulsar.serialization import audience
from pulsar.users.interfaces import IUser


@pytest.fixture
def request_of(registry: Any, db: Any) -> Any:
    """``request_of(7, "users_moderate")``: a request of the member with this id and permission."""

    def make(user_id: int, *held: str) -> Request:
        request = make_request(registry)
        request.environ["pulsar.identity"] = Identity(
            user_id, "somebody", 1, True, False, frozenset(held), 1, "hash"
        )
        return request

    return make


class TestOnly:
    def test_what_is_one_s_own_is_seen_by_nobody_else(self, request_of: Any) -> None:
        assert audience(request_of(7), IUser) != audience(request_of(8), IUser)

    def test_some_fields_are_the_same_to_all(self, request_of: Any) -> None:
        names = ("id", "username")
        audiences = {audience(request_of(user_id, "x"), IUser, names) for user_id in (7, 8)}
        assert audiences == {""}
        assert audience(request_of(7), IUser) != ""

    def test_fields_that_ask_for_a_permission(self, request_of: Any) -> None:
        names = ("id", "email")
        few, many = (
            audience(request_of(7, *held), IUser, names) for held in ((), ("users_moderate",))
        )
        assert few != many
