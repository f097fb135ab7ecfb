"""Listing and searching requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session

from pulsar.testing import ABSENT
from torrent_requests.models import TorrentRequest

MIB = 2**20


@pytest.fixture
def titles(ann: Any) -> Callable[[str], list[str]]:
    """``titles(query)``: the titles that ann finds, in their order."""

    def find(query: str) -> list[str]:
        items = ann.get(f"/requests?{query}", status=200).json["response"]["items"]
        return [item["title"] for item in items]

    return find


@pytest.fixture
def three(ann: Any, bob: Any, ask: Any, db: Session) -> dict[str, int]:
    """Three requests, which each order sorts differently."""
    ids = {}
    for who, title, bounty, fields in (
        (ann, "banana", 150, {"tags": "linux,stable", "description": "A yellow live cd."}),
        (bob, "Apple", 250, {"tags": "linux,live.cd"}),
        (bob, "cherry", 100, {"tags": "music", "description": "Banana bread."}),
    ):
        ids[title] = ask(who, title, bounty=bounty * MIB, **fields)["id"]
    ann.post(f"/requests/{ids['Apple']}/votes", {"amount": 100 * MIB}, status=200)
    bob.post(f"/requests/{ids['banana']}/votes", {"amount": 120 * MIB}, status=200)
    ann.post(f"/requests/{ids['banana']}/bookmark", status=200)
    return ids


class TestFilters:
    def test_words(self, titles: Any, three: Any) -> None:
        titles_by_query = {
            "banana": ["cherry", "banana"],  # in a description and in a title
            "linux": ["Apple", "banana"],  # in tags
            "banana -bread": ["banana"],
            '"live cd"': ["Apple", "banana"],
            "unheard": [],
            "  ": ["cherry", "Apple", "banana"],
            "' OR 1=1 --": [],
        }
        assert {q: titles(urlencode({"q": q})) for q in titles_by_query} == titles_by_query

    def test_others(self, ann: Any, bob: Any, titles: Any, three: Any) -> None:
        titles_by_query = {
            "": ["cherry", "Apple", "banana"],
            "tag=linux": ["Apple", "banana"],
            "tag=linux&tag=stable": ["banana"],
            "tag=Live%20CD": ["Apple"],
            "tag=-": [],
            "category=other": ["cherry", "Apple", "banana"],
            "category=music": [],
            f"user_id={ann.user_id}": ["banana"],
            f"user_id={bob.user_id}&q=banana": ["cherry"],
            f"user_id={ABSENT}": [],
            "voted=true": ["Apple", "banana"],
            "voted=false": ["cherry"],
            "bookmarked=1": ["banana"],
            "bookmarked=0": ["cherry", "Apple"],
            "filled=false": ["cherry", "Apple", "banana"],
            "filled=true": [],
        }
        assert {query: titles(query) for query in titles_by_query} == titles_by_query

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        "query", ["user_id=0", "filled=maybe", "order_by=x", "limit=101", "category=", "page=0"]
    )
    def test_wrong(self, ann: Any, query: str) -> None:
        answer = ann.get(f"/requests?{query}", status=400).json
        assert list(answer["errors"]) == [query.partition("=")[0]]


class TestOrder:
    def test_columns(self, titles: Any, three: Any) -> None:
        ascending = {
            "created": ["banana", "Apple", "cherry"],
            "bounty": ["cherry", "banana", "Apple"],
            "last_vote": ["cherry", "Apple", "banana"],
            "title": ["Apple", "banana", "cherry"],
        }
        for column, shown_titles in ascending.items():
            assert titles(f"order_by={column}&order_way=asc") == shown_titles
            assert titles(f"order_by={column}") == shown_titles[::-1]

    def test_votes(self, titles: Any, three: Any) -> None:
        """Requests with equally many votes are sorted newest first."""
        assert titles("order_by=votes") == ["Apple", "banana", "cherry"]

    def test_pages(self, ann: Any, three: Any) -> None:
        torrent_requests = ann.get("/requests?limit=2&page=2", status=200).json["response"]
        assert [item["title"] for item in torrent_requests["items"]] == ["banana"]
        assert (torrent_requests["total"], torrent_requests["pages"]) == (3, 2)


class TestFilled:
    @pytest.fixture(autouse=True)
    def filled(self, bob: Any, three: Any, upload: Any) -> None:
        """One of the requests is filled."""
        torrent = {"torrent_id": upload(bob)}
        bob.post(f"/requests/{three['Apple']}/fill", torrent, status=200)

    @pytest.mark.parametrize(("days", "hidden"), [(0, False), (6.99, False), (7.01, True)])
    def test_hidden_after_7_days(self, titles: Any, days: float, hidden: bool) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            shown_titles = ["cherry", "banana"] if hidden else ["cherry", "Apple", "banana"]
            assert titles("") == shown_titles
            assert ("Apple" in titles("q=linux")) is not hidden
            assert titles("filled=true") == ["Apple"]
            assert titles("filled=false") == ["cherry", "banana"]

    def test_shown_by_its_id(self, ann: Any, three: Any) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(days=99)):
            ann.get(f"/requests/{three['Apple']}", status=200)

    def test_setting(self, titles: Any, registry: Any, monkeypatch: Any) -> None:
        monkeypatch.setitem(registry.settings, "requests.filled_days", 0)
        assert titles("") == ["cherry", "banana"]


class TestSql:
    def test_does_not_grow(
        self, ann: Any, bob: Any, ask: Any, upload: Any, join: Any, count_sql: Any
    ) -> None:
        counts = []
        for number in range(2):
            for other in range(3):
                who = join()
                request_id = ask(who, tags=f"a{number},b{other}")["id"]
                ann.post(f"/requests/{request_id}/bookmark", status=200)
                torrent = {"torrent_id": upload(who, f"Album {number} {other}")}
                join().post(f"/requests/{request_id}/fill", torrent, status=200)
            ann.get("/requests")
            with count_sql() as statements:
                items = ann.get("/requests", status=200).json["response"]["items"]
            assert all(item["torrent"] and item["bookmarked"] for item in items)
            counts.append(len(statements))
        # One statement each: the total, the requests with names, tags, torrents and bookmarks.
        assert counts == [5, 5]


class TestDeleted:
    def test_not_counted(self, ann: Any, bob: Any, three: Any, db: Session) -> None:
        db.execute(update(TorrentRequest).values(deleted=datetime.now(UTC)))
        db.commit()
        for query in ("", "?voted=true", "?bookmarked=true", "?q=banana", "?filled=false"):
            assert ann.get(f"/requests{query}").json["response"]["total"] == 0
