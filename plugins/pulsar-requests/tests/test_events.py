"""The events of requests, which are notified inside the transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulsar.errors import Forbidden
from pulsar.interfaces import ICounter
from pulsar.testing import ABSENT
from torrent_requests.interfaces import (
    IRequestCreated,
    IRequestDeleted,
    IRequestEdited,
    IRequestFilled,
    IRequestUnfilled,
)

EVENTS = (IRequestCreated, IRequestEdited, IRequestFilled, IRequestUnfilled, IRequestDeleted)
REASON = {"reason": "No."}


@pytest.fixture
def heard(registry: Any) -> Iterator[Callable[[], list[Any]]]:
    """``heard()``: the names and events since the last call."""
    events: list[Any] = []
    handlers = []
    for event in EVENTS:

        def handler(happened: Any, name: str = event.__name__) -> None:
            events.append((name, happened))

        registry.registerHandler(handler, (event,))
        handlers.append((handler, event))

    def take() -> list[Any]:
        taken = list(events)
        events.clear()
        return taken

    yield take
    for handler, event in handlers:
        registry.unregisterHandler(handler, (event,))


class TestMetrics:
    def test_changes_are_counted(self, ann: Any, ask: Any, upload: Any, registry: Any) -> None:
        counter = registry.getUtility(ICounter, "request_changes")
        before = counter.read(registry)
        path, torrent_id = f"/requests/{ask(ann)['id']}", upload(ann)
        ann.post(f"{path}/fill", {"torrent_id": torrent_id}, status=200)
        ann.post(f"{path}/fill", {"torrent_id": torrent_id}, status="*")
        after = counter.read(registry)
        grown = {name: after[name] - before[name] for name in after}
        assert grown == {"created": 1, "edited": 0, "filled": 1, "unfilled": 0, "deleted": 0}


class TestEvents:
    def test_in_their_turn(self, ann: Any, ask: Any, upload: Any, heard: Any) -> None:
        request_id = ask(ann)["id"]
        path, torrent_id = f"/requests/{request_id}", upload(ann)
        ann.put(path, {"title": "x"}, status=200)
        ann.post(f"{path}/fill", {"torrent_id": torrent_id}, status=200)
        ann.delete(f"{path}/fill", REASON, status=200)
        ann.delete(path, status=200)
        events = heard()
        assert [name for name, _ in events] == [event.__name__ for event in EVENTS]
        assert {event.model.id for _, event in events} == {request_id}
        unfilled = events[3][1]
        assert (unfilled.filler_id, unfilled.torrent_id) == (ann.user_id, torrent_id)
        assert unfilled.model.filler_id is None

    def test_nothing_of_what_failed(self, ann: Any, bob: Any, ask: Any, heard: Any) -> None:
        path = f"/requests/{ask(ann)['id']}"
        heard()
        ann.put(path, {"title": " "}, status=400)
        bob.post(f"{path}/fill", {"torrent_id": ABSENT}, status=400)
        ann.delete(f"{path}/fill", REASON, status=409)
        bob.delete(path, REASON, status=403)
        assert heard() == []

    def test_what_a_subscriber_refuses_is_not_paid(
        self, ann: Any, bob: Any, ask: Any, upload: Any, credit: Any, registry: Any
    ) -> None:
        def refuse(event: Any) -> None:
            raise Forbidden

        path, torrent_id = f"/requests/{ask(ann)['id']}", upload(bob)
        registry.registerHandler(refuse, (IRequestFilled,))
        try:
            bob.post(f"{path}/fill", {"torrent_id": torrent_id}, status=403)
        finally:
            registry.unregisterHandler(refuse, (IRequestFilled,))
        assert credit(bob) == 2**30
        assert bob.get(path).json["response"]["filled"] is None
