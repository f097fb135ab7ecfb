"""Bookmarking requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pulsar.testing import ABSENT


@pytest.fixture
def request_id(ann: Any, ask: Any) -> int:
    """A request of ann."""
    request_id: int = ask(ann)["id"]
    return request_id


class TestBookmark:
    def test_once_and_again(self, ann: Any, bob: Any, request_id: int) -> None:
        path = f"/requests/{request_id}"
        for _ in range(2):
            answer = bob.post(f"{path}/bookmark", status=200)
            assert answer.json["response"] == f"Request {request_id} has been bookmarked."
            assert bob.get(path).json["response"]["bookmarked"] is True
        assert ann.get(path).json["response"]["bookmarked"] is False
        for _ in range(2):
            answer = bob.delete(f"{path}/bookmark", status=200)
            sentence = f"The bookmark of request {request_id} has been removed."
            assert answer.json["response"] == sentence
            assert bob.get(path).json["response"]["bookmarked"] is False

    def test_others_stay(self, ann: Any, bob: Any, request_id: int) -> None:
        for who in (ann, bob):
            who.post(f"/requests/{request_id}/bookmark", status=200)
        bob.delete(f"/requests/{request_id}/bookmark", status=200)
        assert ann.get(f"/requests/{request_id}").json["response"]["bookmarked"] is True

    def test_missing(self, bob: Any) -> None:
        bob.post(f"/requests/{ABSENT}/bookmark", status=404)

    def test_at_once(self, site: Any, together: Callable[..., list[Any]]) -> None:
        member = site.join("ann")
        path = f"/requests/{site.ask(member)}/bookmark"
        for method in (member.post, member.delete):
            answers = together(*[partial(method, path)] * 3)
            assert [answer.status_int for answer in answers] == [200] * 3
