"""Concurrent edits of several members of staff."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulsar.testing.client import Client
from site_rules.examples import rule
from site_rules.models import RuleRevision


@pytest.fixture
def editors(make_site: Callable[..., Any], settle: Callable[..., Client]) -> list[Client]:
    """Clients of four editors."""
    app = make_site()
    return [settle(app, f"editor{number}", "rules_modify") for number in range(4)]


def at_once(editors: list[Client], send: Callable[[Client, int], Any]) -> list[Any]:
    """Return the responses to requests that all editors send at the same moment."""
    start = Barrier(len(editors), timeout=30)

    def run(place: int) -> Any:
        start.wait()
        return send(editors[place], place)

    with ThreadPoolExecutor(len(editors)) as threads:
        return list(threads.map(run, range(len(editors))))


class TestEdits:
    @pytest.mark.parametrize("language", ["en", "de", "fr"])
    def test_one_wins(self, editors: list[Client], language: str) -> None:
        # The first round creates the section's row. There is no French file.
        for base in range(4):

            def send(client: Client, place: int, base: int = base) -> Any:
                body = {"name": f"By {place}", "rules": [rule(f"{base} {place}")]}
                body.update(revision=base, language=language)
                return client.put("/rules/golden", body)

            answers = at_once(editors, send)
            won = [answer.json["response"] for answer in answers if answer.status_int == 200]
            lost = [answer.json for answer in answers if answer.status_int == 409]
            assert (len(won), len(lost)) == (1, 3), [answer.text for answer in answers]
            assert {item["latest_revision"] for item in lost} == {base + 1}
            response = editors[0].get(f"/rules/golden?language={language}").json["response"]
            assert (response["name"], response["revision"]) == (won[0]["name"], base + 1)
        history = editors[0].get(f"/rules/golden/revisions?language={language}").json["response"]
        numbers = [item["revision"] for item in history["items"]]
        assert numbers == [4, 3, 2, 1, *([] if language == "fr" else [0])]

    def test_of_different_languages(self, editors: list[Client]) -> None:
        def send(client: Client, place: int) -> Any:
            language = ("en", "de", "fr", "nl")[place]
            body = {"name": language, "rules": [], "language": language, "revision": 0}
            return client.put("/rules/golden", body, status=200)

        at_once(editors, send)
        response = editors[0].get("/rules/golden").json["response"]
        assert response["languages"] == ["de", "en", "fr", "nl"]

    def test_rollbacks(self, editors: list[Client]) -> None:
        for base, name in enumerate(("One", "Two")):
            body = {"name": name, "rules": [], "revision": base}
            editors[0].put("/rules/golden", body, status=200)
        path = "/rules/golden/revisions/1/rollback"
        answers = at_once(editors, lambda client, place: client.post(path, status=200))
        assert {answer.json["response"]["revision"] for answer in answers} == {3}


class TestRevision:
    def test_numbers_are_unique(self, db: Session, path: str) -> None:
        stored = db.scalars(select(RuleRevision)).one()
        twin = RuleRevision.of(stored.text, stored.language, stored.number)
        twin.section_id = stored.section_id
        db.add(twin)
        with pytest.raises(IntegrityError):
            db.flush()
        db.rollback()


class TestSections:
    def test_made_once(self, editors: list[Client]) -> None:
        body = {"id": "new", "name": "New", "rules": []}
        answers = at_once(
            editors, lambda client, place: client.post("/rules", {**body, "name": str(place)})
        )
        assert sorted(answer.status_int for answer in answers) == [201, 409, 409, 409]
        lost = [answer.json for answer in answers if answer.status_int == 409]
        assert {item["existing_id"] for item in lost} == {"new"}

    def test_hidden_once(
        self, editors: list[Client], make_site: Any, settle: Callable[..., Client]
    ) -> None:
        at_once(editors, lambda client, place: client.delete("/rules/golden", status=200))
        chief = settle(make_site(), "chief", "site_log_view")
        entries = chief.get("/site_log", status=200).json["response"]["items"]
        assert [entry["action"] for entry in entries] == ["rules_deleted"]
