"""Unfilling requests."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry
from pulsar.users.models import User

MIB = 2**20
GIB = 2**30
REASON = {"reason": "Another work."}


@pytest.fixture
def request_id(ann: Any, cid: Any, ask: Any, upload: Any) -> int:
    """A request of ann for 300 MiB, which cid filled with her own torrent."""
    request_id: int = ask(ann)["id"]
    cid.post(f"/requests/{request_id}/fill", {"torrent_id": upload(cid)}, status=200)
    return request_id


@pytest.fixture
def path(request_id: int) -> str:
    """The path for filling and unfilling the request."""
    return f"/requests/{request_id}/fill"


class TestUnfill:
    def test_takes_everything_back(
        self,
        ann: Any,
        cid: Any,
        request_id: int,
        path: str,
        credit: Any,
        ledger: Any,
        balanced: Any,
    ) -> None:
        before = credit(cid)
        answer = ann.delete(path, REASON, status=200)
        assert answer.json["response"] == f"Request {request_id} has been unfilled."
        assert credit(cid) == before - 300 * MIB
        assert ledger(request_id)[-1] == ("unfill", cid.user_id, 300 * MIB)
        torrent_request = ann.get(f"/requests/{request_id}").json["response"]
        assert (
            torrent_request["filled"],
            torrent_request["filler"],
            torrent_request["torrent"],
        ) == (None, None, None)
        assert torrent_request["bounty"] == 300 * MIB
        assert cid.get("/users/me").json["response"]["uploaded"] == credit(cid)
        assert balanced()

    def test_and_filled_again(self, ann: Any, bob: Any, path: str, upload: Any) -> None:
        ann.delete(path, REASON, status=200)
        bob.post(path, {"torrent_id": upload(bob, "Other")}, status=200)

    def test_by_whom(self, ann: Any, bob: Any, cid: Any, moderator: Any, path: str) -> None:
        bob.delete(path, REASON, status=403)
        cid.delete(path, REASON, status=200)

    def test_by_a_moderator(
        self, cid: Any, moderator: Any, request_id: int, path: str, db: Session
    ) -> None:
        moderator.delete(path, REASON, status=200)
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.summary) == ("request_unfilled", "A title")
        assert (entry.target_type, entry.target_id) == ("requests", request_id)
        assert entry.before is not None
        assert entry.before["filler_id"] == cid.user_id
        assert entry.after == REASON

    def test_by_an_earlier_filler(
        self, ann: Any, bob: Any, cid: Any, path: str, upload: Any
    ) -> None:
        ann.delete(path, REASON, status=200)
        bob.post(path, {"torrent_id": upload(bob, "Other")}, status=200)
        cid.delete(path, REASON, status=403)

    @pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 1001}])
    def test_reason(self, ann: Any, request_id: int, path: str, body: dict[str, Any]) -> None:
        assert list(ann.delete(path, body, status=400).json["errors"]) == ["reason"]
        assert ann.get(f"/requests/{request_id}").json["response"]["filled"] is not None

    def test_open(self, ann: Any, path: str) -> None:
        ann.delete(path, REASON, status=200)
        assert ann.delete(path, REASON, status=409).json["code"] == "request_not_filled"

    @pytest.mark.parametrize("short", [1, 200 * MIB, 300 * MIB])
    def test_who_has_spent_it(
        self,
        ann: Any,
        cid: Any,
        moderator: Any,
        request_id: int,
        path: str,
        db: Session,
        credit: Any,
        debt: Any,
        ledger: Any,
        balanced: Any,
        short: int,
    ) -> None:
        """The filler's remaining credit is taken, and the rest becomes a debt."""
        left = 300 * MIB - short
        db.execute(update(User).where(User.id == cid.user_id).values(uploaded=left))
        db.commit()
        moderator.delete(path, REASON, status=200)
        assert (credit(cid), debt(cid)) == (0, short)
        taken = [("unfill", cid.user_id, left)] if left else []
        assert ledger(request_id)[2:] == [*taken, ("debt", cid.user_id, short)]
        assert balanced()
        assert ann.get(f"/requests/{request_id}").json["response"]["bounty"] == 300 * MIB
        assert cid.get("/users/me").json["response"]["upload_debt"] == short
        assert db.scalars(select(LogEntry)).one().after == {**REASON, "debt": short}

    def test_whose_debt_is_paid_first(
        self,
        ann: Any,
        cid: Any,
        path: str,
        ask: Any,
        upload: Any,
        db: Session,
        credit: Any,
        debt: Any,
    ) -> None:
        db.execute(update(User).where(User.id == cid.user_id).values(uploaded=0))
        db.commit()
        ann.delete(path, REASON, status=200)
        assert debt(cid) == 300 * MIB
        other = ask(ann, "Other", bounty=200 * MIB)["id"]
        cid.post(f"/requests/{other}/fill", {"torrent_id": upload(cid, "Other")}, status=200)
        assert (credit(cid), debt(cid)) == (0, 100 * MIB)
        again = ask(ann, "Third", bounty=150 * MIB)["id"]
        cid.post(f"/requests/{again}/fill", {"torrent_id": upload(cid, "Third")}, status=200)
        assert (credit(cid), debt(cid)) == (50 * MIB, 0)

    def test_whose_debt_cannot_grow(
        self, ann: Any, cid: Any, request_id: int, path: str, db: Session, debt: Any, ledger: Any
    ) -> None:
        values = {"uploaded": 0, "upload_debt": 2**63 - 1}
        db.execute(update(User).where(User.id == cid.user_id).values(values))
        db.commit()
        before = ledger(request_id)
        assert ann.delete(path, REASON, status=409).json["code"] == "credit_full"
        assert debt(cid) == 2**63 - 1
        assert ledger(request_id) == before
        assert ann.get(f"/requests/{request_id}").json["response"]["filled"] is not None

    def test_who_can_just_pay(
        self, ann: Any, cid: Any, path: str, db: Session, credit: Any
    ) -> None:
        db.execute(update(User).where(User.id == cid.user_id).values(uploaded=300 * MIB))
        db.commit()
        ann.delete(path, REASON, status=200)
        assert credit(cid) == 0

    def test_whose_account_is_gone(
        self,
        ann: Any,
        cid: Any,
        moderator: Any,
        request_id: int,
        path: str,
        db: Session,
        ledger: Any,
        balanced: Any,
    ) -> None:
        """Only staff may unfill, since nobody can pay the bounty back."""
        db.execute(delete(User).where(User.id == cid.user_id))
        db.commit()
        torrent_request = ann.get(f"/requests/{request_id}", status=200).json["response"]
        assert torrent_request["filled"] is not None
        assert torrent_request["filler"] is None
        assert ann.delete(path, REASON, status=409).json["code"] == "filler_removed"
        moderator.delete(path, REASON, status=200)
        assert ledger(request_id)[-1] == ("write_off", None, 300 * MIB)
        assert ann.get(f"/requests/{request_id}").json["response"]["filled"] is None
        assert balanced()
