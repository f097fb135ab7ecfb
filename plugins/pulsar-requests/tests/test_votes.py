"""Adding to the bounty, and listing the votes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from pulsar.users.models import User
from torrent_requests.models import TorrentRequest, Vote

MIB = 2**20
GIB = 2**30


@pytest.fixture
def request_id(ann: Any, ask: Any) -> int:
    """A request of ann for 300 MiB."""
    request_id: int = ask(ann)["id"]
    return request_id


@pytest.fixture
def path(request_id: int) -> str:
    """The path of the request's votes."""
    return f"/requests/{request_id}/votes"


class TestVote:
    def test_adds(self, ann: Any, bob: Any, path: str, credit: Any, balanced: Any) -> None:
        response = bob.post(path, {"amount": 100 * MIB}, status=200).json["response"]
        assert (response["bounty"], response["vote_count"]) == (400 * MIB, 2)
        response = bob.post(path, {"amount": 150 * MIB}, status=200).json["response"]
        assert (response["bounty"], response["vote_count"]) == (550 * MIB, 2)
        response = ann.post(path, {"amount": 100 * MIB}, status=200).json["response"]
        assert (response["bounty"], response["vote_count"]) == (650 * MIB, 2)
        assert (credit(ann), credit(bob)) == (GIB - 400 * MIB, GIB - 250 * MIB)
        assert balanced()

    def test_ledger(self, ann: Any, bob: Any, request_id: int, path: str, ledger: Any) -> None:
        bob.post(path, {"amount": 100 * MIB}, status=200)
        assert ledger(request_id) == [
            ("create", ann.user_id, 300 * MIB),
            ("vote", bob.user_id, 100 * MIB),
        ]

    @pytest.mark.parametrize(
        ("amount", "reason"),
        [
            (100 * MIB - 1, f"value must be at least {100 * MIB}"),
            (2**62 + 1, f"value must be at most {2**62}"),
            ("1", "expected int"),
            (True, "expected int"),
        ],
    )
    def test_wrong(self, bob: Any, path: str, credit: Any, amount: Any, reason: str) -> None:
        answer = bob.post(path, {"amount": amount}, status=400).json
        assert answer["errors"] == {"amount": [reason]}
        assert credit(bob) == GIB

    def test_needs_no_more_than_it_costs(self, join: Any, path: str, credit: Any) -> None:
        poor = join(uploaded=100 * MIB)
        poor.post(path, {"amount": 100 * MIB}, status=200)
        assert credit(poor) == 0

    def test_not_enough(self, join: Any, path: str, credit: Any, balanced: Any) -> None:
        poor = join(uploaded=100 * MIB)
        answer = poor.post(path, {"amount": 100 * MIB + 1}, status=400).json
        assert answer["code"] == "not_enough_credit"
        assert credit(poor) == 100 * MIB
        assert poor.get(path).json["response"]["total"] == 1
        assert balanced()

    def test_beyond_what_a_column_holds(
        self, join: Any, path: str, request_id: int, db: Session, credit: Any
    ) -> None:
        full = 2**63 - 1 - 2**62 + 1
        for model in (TorrentRequest, Vote):
            values = {"bounty" if model is TorrentRequest else "amount": full}
            db.execute(update(model).values(values))
        db.commit()
        rich = join(uploaded=2**62)
        answer = rich.post(path, {"amount": 2**62}, status=400).json
        assert list(answer["errors"]) == ["amount"]
        assert credit(rich) == 2**62
        rich.post(path, {"amount": 2**62 - 1}, status=200)
        assert rich.get(f"/requests/{request_id}").json["response"]["bounty"] == 2**63 - 1

    def test_filled(self, ann: Any, bob: Any, path: str, request_id: int, upload: Any) -> None:
        ann.post(f"/requests/{request_id}/fill", {"torrent_id": upload(bob)}, status=200)
        answer = bob.post(path, {"amount": 100 * MIB}, status=409).json
        assert answer["code"] == "request_filled"

    def test_deleted(self, ann: Any, bob: Any, path: str, request_id: int) -> None:
        ann.delete(f"/requests/{request_id}", status=200)
        bob.post(path, {"amount": 100 * MIB}, status=404)

    def test_locked(self, join: Any, path: str, credit: Any) -> None:
        locked = join(locked=True)
        answer = locked.post(path, {"amount": 100 * MIB}, status=403).json
        assert answer["code"] == "account_locked"
        assert credit(locked) == GIB


class TestList:
    def test_last_first(self, ann: Any, bob: Any, cid: Any, path: str) -> None:
        for voter in (bob, cid, bob):
            voter.post(path, {"amount": 100 * MIB}, status=200)
        items = ann.get(path, status=200).json["response"]["items"]
        assert [(item["user"]["username"], item["amount"] // MIB) for item in items] == [
            ("bob", 200),
            ("cid", 100),
            ("ann", 300),
        ]
        assert items[0]["created"] <= items[1]["created"] <= items[0]["last"]

    def test_of_whose_account_is_gone(
        self, ann: Any, bob: Any, path: str, db: Session, balanced: Any
    ) -> None:
        bob.post(path, {"amount": 100 * MIB}, status=200)
        db.execute(delete(User).where(User.id == bob.user_id))
        db.commit()
        items = ann.get(path, status=200).json["response"]["items"]
        assert (items[0]["user"], items[0]["amount"]) == (None, 100 * MIB)
        assert balanced()

    def test_sql(self, ann: Any, join: Any, path: str, count_sql: Any) -> None:
        counts = []
        for _ in range(2):
            for _ in range(3):
                join().post(path, {"amount": 100 * MIB}, status=200)
            ann.get(path)
            with count_sql() as statements:
                ann.get(path, status=200)
            counts.append(len(statements))
        # One statement each: the request with names, the number of votes, the votes with names.
        assert counts == [3, 3]
