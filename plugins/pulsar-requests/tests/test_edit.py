"""Editing requests."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry


@pytest.fixture
def path(ann: Any, ask: Any) -> str:
    """The path of a request of ann."""
    return f"/requests/{ask(ann, 'Old', tags='b,a')['id']}"


class TestEdit:
    def test_everything(self, ann: Any, path: str) -> None:
        before = ann.get(path).json["response"]
        body = {
            "title": " New ",
            "description": "[b]New[/b]",
            "format": "bbcode",
            "category": "other",
            "tags": "c, A",
        }
        response = ann.put(path, body, status=200).json["response"]
        assert response["edited"] is not None
        assert "New</" in response["description_html"]
        assert response == {
            **before,
            **body,
            "title": "New",
            "tags": ["a", "c"],
            "edited": response["edited"],
            "description_html": response["description_html"],
        }
        assert ann.get(path).json["response"] == response

    @pytest.mark.parametrize("expected", [{}, {"title": "Old"}, {"tags": "a,b"}])
    def test_nothing(self, ann: Any, moderator: Any, path: str, expected: Any, db: Session) -> None:
        before = ann.get(path).json["response"]
        assert moderator.put(path, expected, status=200).json["response"] == before
        assert db.scalars(select(LogEntry)).all() == []

    @pytest.mark.parametrize(
        ("expected", "reason"),
        [
            ({"category": "unheard_of"}, "value is not allowed: choose one of other"),
            ({"title": " "}, "value must not be blank"),
            ({"description": " "}, "value must not be blank"),
            ({"bounty": 1}, "extra keys not allowed"),
        ],
    )
    def test_refused(self, ann: Any, path: str, expected: dict[str, Any], reason: str) -> None:
        before = ann.get(path).json["response"]
        answer = ann.put(path, expected, status=400).json
        assert answer["errors"] == {next(iter(expected)): [reason]}
        assert ann.get(path).json["response"] == before

    def test_found_by_the_new_words(self, ann: Any, path: str) -> None:
        ann.put(path, {"title": "Harmonie", "tags": "dusk"}, status=200)
        totals_by_q = {
            q: ann.get(f"/requests?q={q}").json["response"]["total"] for q in ("old", "b")
        }
        assert totals_by_q == {"old": 0, "b": 0}
        assert ann.get("/requests?q=harmonie dusk please").json["response"]["total"] == 1

    def test_others(self, bob: Any, path: str) -> None:
        bob.put(path, {"title": "Mine"}, status=403)

    def test_moderator(self, ann: Any, moderator: Any, path: str, db: Session) -> None:
        response = moderator.put(path, {"title": "Better"}, status=200).json["response"]
        assert (response["title"], response["user"]["username"]) == ("Better", "ann")
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.summary) == ("request_edited", "Better")
        assert (entry.before, entry.after) == ({"title": "Old"}, {"title": "Better"})

    def test_ones_own_is_not_logged(self, ann: Any, path: str, db: Session) -> None:
        ann.put(path, {"title": "Better"}, status=200)
        assert db.scalars(select(LogEntry)).all() == []

    def test_filled(self, ann: Any, bob: Any, moderator: Any, path: str, upload: Any) -> None:
        bob.post(f"{path}/fill", {"torrent_id": upload(bob)}, status=200)
        assert ann.put(path, {"title": "x"}, status=409).json["code"] == "request_filled"
        moderator.put(path, {"title": "x"}, status=200)
