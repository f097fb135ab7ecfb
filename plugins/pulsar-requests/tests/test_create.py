"""Creating requests, and their cost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from torrent_requests.models import Movement, TorrentRequest, Vote
from torrents.models import Tag

MIB = 2**20
RIGHT = {"title": "New", "category": "other", "description": "Please.", "bounty": 100 * MIB}


class TestCreate:
    def test_answer(self, ann: Any) -> None:
        text = {"description": "**Please**", "format": "markdown"}
        body = {**RIGHT, **text, "title": " New ", "tags": "Linux, live cd"}
        answer = ann.post("/requests", body, status=201)
        response = answer.json["response"]
        assert answer.headers["Location"] == f"http://localhost/requests/{response['id']}"
        assert (response["title"], response["tags"]) == ("New", ["linux", "live.cd"])
        assert (response["description"], response["format"]) == ("**Please**", "markdown")
        assert "<strong>Please</strong>" in response["description_html"]
        assert (response["bounty"], response["vote_count"]) == (100 * MIB, 1)
        assert response["user"] == {"id": ann.user_id, "username": "ann"}
        assert response["created"] is not None
        for name in ("filled", "filler", "torrent", "edited"):
            assert response[name] is None
        assert ann.get(f"/requests/{response['id']}").json["response"] == response

    def test_costs_the_bounty(self, ann: Any, ask: Any, credit: Any, ledger: Any) -> None:
        before = credit(ann)
        torrent_request = ask(ann, bounty=300 * MIB)
        assert credit(ann) == before - 300 * MIB
        assert ledger(torrent_request["id"]) == [("create", ann.user_id, 300 * MIB)]
        votes = ann.get(f"/requests/{torrent_request['id']}/votes", status=200).json["response"][
            "items"
        ]
        assert [(vote["user"]["username"], vote["amount"]) for vote in votes] == [
            ("ann", 300 * MIB)
        ]

    def test_profile_is_read_anew(self, ann: Any, ask: Any) -> None:
        before = ann.get("/users/me").json["response"]["uploaded"]
        ask(ann)
        assert ann.get("/users/me").json["response"]["uploaded"] == before - 300 * MIB

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"title": "  "}, {"title": ["value must not be blank"]}),
            ({"description": ""}, {"description": ["length of value must be at least 1"]}),
            (
                {"category": "unheard_of"},
                {"category": ["value is not allowed: choose one of other"]},
            ),
            (
                {"format": "unheard_of"},
                {"format": ["value is not allowed: choose one of bbcode, markdown"]},
            ),
            ({"bounty": 100 * MIB - 1}, {"bounty": [f"value must be at least {100 * MIB}"]}),
            ({"bounty": 0}, {"bounty": ["value must be at least 1"]}),
            ({"bounty": -(100 * MIB)}, {"bounty": ["value must be at least 1"]}),
            ({"bounty": 2**62 + 1}, {"bounty": [f"value must be at most {2**62}"]}),
            ({"bounty": 1e9}, {"bounty": ["expected int"]}),
            ({"tags": "a" * 33}, None),
            (
                {"category": "x", "bounty": 1},
                {
                    "category": ["value is not allowed: choose one of other"],
                    "bounty": [f"value must be at least {100 * MIB}"],
                },
            ),
        ],
    )
    def test_wrong(self, ann: Any, credit: Any, changes: dict[str, Any], errors: Any) -> None:
        answer = ann.post("/requests", {**RIGHT, **changes}, status=400).json
        assert answer["errors"] == errors or (errors is None and list(answer["errors"]) == ["tags"])
        assert credit(ann) == 2**30

    @pytest.mark.parametrize(
        ("uploaded", "bounty", "status"),
        [
            (250 * MIB, 100 * MIB, 201),
            (250 * MIB - 1, 100 * MIB, 400),
            (250 * MIB, 250 * MIB, 201),
            (250 * MIB, 250 * MIB + 1, 400),
            (2**63 - 1, 2**62, 201),
        ],
    )
    def test_credit(
        self, join: Any, credit: Any, db: Session, uploaded: int, bounty: int, status: int
    ) -> None:
        member = join(uploaded=uploaded)
        body = {**RIGHT, "bounty": bounty, "tags": "of.nothing"}
        answer = member.post("/requests", body, status=status)
        if status == 201:
            assert credit(member) == uploaded - bounty
            return
        assert answer.json["code"] == "not_enough_credit"
        assert credit(member) == uploaded
        for model in (TorrentRequest, Vote, Movement, Tag):
            assert db.scalar(select(func.count()).select_from(model)) == 0


class TestTax:
    @pytest.mark.parametrize(
        ("percent", "paid", "expected"),
        [(10, 100 * MIB, 90 * MIB + 0), (3, 100 * MIB + 33, 101711872 + 33), (99, 100 * MIB, None)],
    )
    def test_off_every_payment(
        self,
        ann: Any,
        bob: Any,
        ask: Any,
        credit: Any,
        ledger: Any,
        balanced: Any,
        registry: Any,
        monkeypatch: Any,
        percent: int,
        paid: int,
        expected: int | None,
    ) -> None:
        monkeypatch.setitem(registry.settings, "requests.tax", percent)
        tax = paid * percent // 100
        assert expected in (None, paid - tax)
        torrent_request = ask(ann, bounty=paid)
        assert torrent_request["bounty"] == paid - tax
        path = f"/requests/{torrent_request['id']}"
        vote = bob.post(f"{path}/votes", {"amount": paid}, status=200).json["response"]
        assert vote["bounty"] == 2 * (paid - tax)
        assert credit(ann) == credit(bob) == 2**30 - paid
        assert ledger(torrent_request["id"]) == [
            ("create", ann.user_id, paid),
            ("tax", ann.user_id, -tax),
            ("vote", bob.user_id, paid),
            ("tax", bob.user_id, -tax),
        ]
        assert balanced()

    def test_is_not_given_back(
        self, ann: Any, ask: Any, credit: Any, registry: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setitem(registry.settings, "requests.tax", 10)
        ann.delete(f"/requests/{ask(ann, bounty=100 * MIB)['id']}", status=200)
        assert credit(ann) == 2**30 - 10 * MIB
