"""``GET /site_log``, and the interface for logging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.background import background_request
from pulsar.errors import Conflict
from pulsar.interfaces import IRoot, ISearch, ISiteLog
from pulsar.security import AUTHENTICATED
from pulsar.serialization import Message
from pulsar.sitelog.models import LogEntry
from pulsar.sitelog.service import KIND, changes
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.traversal import Resource
from pulsar.users.models import User


class Things(Resource):
    """A resource on which a plugin's staff work."""


def work(context: Things, request: Request) -> str:
    """Do something, and fail afterwards if requested."""
    user = request.db.get_one(User, request.identity.user_id)
    request.find_service(ISiteLog).record(
        request, "thing_made", "Röhre 7", target=user, before=None, after={"size": 7}
    )
    if request.method == "PUT":
        raise Conflict
    return "Done."


def with_things(config: Configurator) -> None:
    """Include the resource."""
    config.add_resource("things", Things, parent=IRoot)
    for method in ("POST", "PUT"):
        config.add_view(
            work,
            context=Things,
            request_method=method,
            permission=AUTHENTICATED,
            response=Message(),
        )


@pytest.fixture
def record(staff: Client, registry: Any, db: Session) -> Callable[..., int]:
    """``record("tested", "summary")``: add an entry without a member; return its id."""

    def make(action: str, summary: str = "", **fields: Any) -> int:
        log_entry = LogEntry(action=action, summary=summary, **{"target_type": "", **fields})
        db.add(log_entry)
        db.flush()
        registry.getUtility(ISearch).put(db, KIND, log_entry.id, f"{action} {summary}")
        db.commit()
        return log_entry.id

    return make


def ids(client: Client, query: str = "") -> list[int]:
    items = client.get(f"/site_log{query}", status=200).json["response"]["items"]
    return [entry["id"] for entry in items]


class TestRecord:
    @pytest.fixture
    def site(self, lab: Any) -> Client:
        """A site with the module."""
        site: Client = lab(with_things)
        return site

    @pytest.fixture
    def worker(self, site: Client, factory: Factory) -> Client:
        """A client of a member who may read the log."""
        user = factory.user("worker", grants=["site_log_view"])
        return site.as_key(factory.key(user))

    def test_by_a_plugin(self, worker: Client) -> None:
        worker.post("/things", status=200)
        (entry,) = worker.get("/site_log", status=200).json["response"]["items"]
        actor = entry.pop("actor")
        assert actor["username"] == "worker"
        assert entry.pop("time").endswith("Z")
        assert entry == {
            "id": entry["id"],
            "action": "thing_made",
            "target_type": "users",
            "target_id": actor["id"],
            "summary": "Röhre 7",
            "before": None,
            "after": {"size": 7},
        }

    def test_what_was_rolled_back_is_not_logged(self, worker: Client, db: Session) -> None:
        worker.put("/things", status=409)
        assert ids(worker) == []
        assert ids(worker, "?q=thing") == []
        assert db.scalars(select(LogEntry)).all() == []

    def test_by_nobody(self, registry: Any, staff: Client) -> None:
        with background_request(registry) as request:
            registry.getUtility(ISiteLog).record(request, "cleaned", "By a job.")
        (entry,) = staff.get("/site_log").json["response"]["items"]
        assert (entry["actor"], entry["action"]) == (None, "cleaned")
        assert (entry["target_type"], entry["target_id"]) == ("", None)

    def test_in_a_transaction_that_fails(self, registry: Any, staff: Client) -> None:
        def fail() -> None:
            with background_request(registry) as request:
                registry.getUtility(ISiteLog).record(request, "cleaned", "By a job.")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert ids(staff) == []


class TestChanges:
    def test_what_differs(self, factory: Factory) -> None:
        user = factory.user(invites=3, uploaded=5)
        expected = {"invites": 0, "uploaded": 5, "email": "x@example.org"}
        assert changes(user, expected) == (
            {"invites": 3, "email": user.email},
            {"invites": 0, "email": "x@example.org"},
        )
        assert changes(user, {}) == ({}, {})


class TestFilters:
    def test_each(self, staff: Client, record: Any, factory: Factory) -> None:
        ann, bob = factory.user("ann").id, factory.user("bob").id
        entry_id = record("user_warned", actor_id=ann, target_type="users", target_id=bob)
        two = record("user_warned", actor_id=bob, target_type="users", target_id=ann)
        three = record("torrent_deleted", actor_id=ann, target_type="torrents", target_id=bob)
        for query, expected in (
            ("", [three, two, entry_id]),
            ("?action=user_warned", [two, entry_id]),
            ("?action=user", []),
            (f"?actor_id={ann}", [three, entry_id]),
            ("?target_type=users", [two, entry_id]),
            (f"?target_id={bob}", [three, entry_id]),
            (f"?target_id={bob}&target_type=users", [entry_id]),
            (f"?actor_id={ann}&action=user_warned&q=user", [entry_id]),
            (f"?actor_id={ABSENT}", []),
        ):
            assert ids(staff, query) == expected, query

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("after=x", "after"),
            ("after=0", "after"),
            ("actor_id=me", "actor_id"),
            ("target_id=9223372036854775808", "target_id"),
            ("action=", "action"),
            ("page=1", "page"),
        ],
    )
    def test_refused(self, staff: Client, query: str, field: str) -> None:
        answer = staff.get(f"/site_log?{query}", status=400).json
        assert set(answer["errors"]) == {field}

    def test_without_the_permission(self, member: Client, client: Client) -> None:
        member.get("/site_log", status=403)
        client.get("/site_log", status=401)


class TestSearch:
    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("warned", True),
            ("user_warned", True),
            ("SOMEBODY", True),
            ("röhre", True),
            ("rohre", True),
            ("some*", True),
            ('"somebody broke"', True),
            ("somebody -broke", False),
            ("pipe", False),
            ("-warned", False),
            ("'\";--", False),
        ],
    )
    def test_words(self, staff: Client, record: Any, q: str, expected: bool) -> None:
        entry = record("user_warned", "somebody broke the Röhre")
        record("user_locked", "nobody")
        assert ids(staff, f"?{urlencode({'q': q})}") == ([entry] if expected else [])

    @pytest.mark.parametrize("q", ["", "+", "%20%20"])
    def test_blank(self, staff: Client, record: Any, q: str) -> None:
        entry = record("tested")
        assert ids(staff, f"?q={q}") == [entry]


class TestPaging:
    def test_by_key(self, staff: Client, record: Any) -> None:
        entry_ids = [record("tested") for _ in range(5)][::-1]
        entry_ids: list[int] = []
        path: str | None = "/site_log?limit=2&action=tested"
        while path is not None:
            answer = staff.get(path, status=200)
            page = answer.json["response"]
            entry_ids += [entry["id"] for entry in page["items"]]
            assert page["limit"] == 2
            link = answer.headers.get("Link")
            if page["after"] is None:
                assert link is None
                path = None
            else:
                assert link is not None
                url, _, rel = link.partition("; ")
                assert rel == 'rel="next"'
                path = url.strip("<>").removeprefix("http://localhost")
                assert "action=tested" in path
                assert f"after={page['after']}" in path
        assert entry_ids == entry_ids

    def test_new_entries_do_not_shift_it(self, staff: Client, record: Any) -> None:
        entry_id, two, _ = (record("tested") for _ in range(3))
        page = staff.get("/site_log?limit=1").json["response"]
        record("tested")
        assert ids(staff, f"?after={page['after']}") == [two, entry_id]

    def test_past_the_end(self, staff: Client, record: Any) -> None:
        entry = record("tested")
        assert ids(staff, f"?after={entry}") == []
