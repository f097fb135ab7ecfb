"""Deleting requests, and returning the contributions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry
from pulsar.users.models import User
from torrent_requests.models import TorrentRequest, Vote

MIB = 2**20
GIB = 2**30
REASON = {"reason": "Not allowed."}


@pytest.fixture
def request_id(ann: Any, ask: Any) -> int:
    """A request of ann for 300 MiB."""
    request_id: int = ask(ann, tags="linux")["id"]
    return request_id


@pytest.fixture
def path(request_id: int) -> str:
    """The path of the request."""
    return f"/requests/{request_id}"


class TestCreator:
    def test_alone(
        self,
        ann: Any,
        request_id: int,
        path: str,
        db: Session,
        credit: Any,
        ledger: Any,
        balanced: Any,
    ) -> None:
        answer = ann.delete(path, status=200)
        assert answer.json["response"] == f"Request {request_id} has been deleted."
        assert credit(ann) == GIB
        assert ledger(request_id)[-1] == ("refund", ann.user_id, -300 * MIB)
        for gone in (path, f"{path}/votes", f"{path}/comments"):
            ann.get(gone, status=404)
        ann.delete(path, status=404)
        assert ann.get("/requests").json["response"]["total"] == 0
        assert ann.get("/requests?q=title").json["response"]["total"] == 0
        # Its history is kept.
        assert db.get_one(TorrentRequest, request_id).deleted is not None
        assert db.scalars(select(Vote)).one().refunded is not None
        assert db.scalars(select(LogEntry)).all() == []
        assert balanced()

    def test_after_others_voted(self, ann: Any, bob: Any, path: str, credit: Any) -> None:
        bob.post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
        answer = ann.delete(path, status=403).json
        assert answer["code"] == "others_voted"
        assert (credit(ann), credit(bob)) == (GIB - 300 * MIB, GIB - 100 * MIB)

    def test_after_one_who_is_gone_voted(self, ann: Any, bob: Any, path: str, db: Session) -> None:
        bob.post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
        db.execute(delete(User).where(User.id == bob.user_id))
        db.commit()
        ann.delete(path, status=403)

    def test_others(self, bob: Any, path: str) -> None:
        bob.delete(path, REASON, status=403)


class TestModerator:
    def test_everybody_gets_theirs(
        self,
        ann: Any,
        bob: Any,
        cid: Any,
        moderator: Any,
        request_id: int,
        path: str,
        credit: Any,
        ledger: Any,
        balanced: Any,
    ) -> None:
        for voter, amount in ((cid, 120), (bob, 100), (cid, 100)):
            voter.get("/users/me")
            voter.post(f"{path}/votes", {"amount": amount * MIB}, status=200)
        moderator.delete(path, REASON, status=200)
        assert [credit(member) for member in (ann, bob, cid)] == [GIB] * 3
        assert sorted(ledger(request_id)[4:]) == sorted(
            ("refund", member.user_id, -amount * MIB)
            for member, amount in ((ann, 300), (bob, 100), (cid, 220))
        )
        for member in (ann, bob, cid):
            assert member.get("/users/me").json["response"]["uploaded"] == GIB
        assert balanced()

    def test_log(self, moderator: Any, request_id: int, path: str, db: Session) -> None:
        moderator.delete(path, REASON, status=200)
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.target_id) == ("request_deleted", request_id)
        assert entry.before is not None
        assert (entry.before["title"], entry.before["bounty"]) == ("A title", 300 * MIB)
        assert entry.after == REASON

    @pytest.mark.parametrize("body", [{}, {"reason": " "}])
    def test_reason(self, moderator: Any, path: str, body: dict[str, str]) -> None:
        answer = moderator.delete(path, body, status=400).json
        assert answer["errors"] == {"reason": ["required key not provided"]}
        moderator.get(path, status=200)

    def test_of_their_own_with_others_votes(
        self, moderator: Any, bob: Any, ask: Any, credit: Any
    ) -> None:
        path = f"/requests/{ask(moderator)['id']}"
        bob.post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
        moderator.delete(path, status=200)
        assert (credit(moderator), credit(bob)) == (GIB, GIB)

    def test_nobody_gets_what_is_of_a_removed_account(
        self,
        ann: Any,
        bob: Any,
        moderator: Any,
        request_id: int,
        path: str,
        db: Session,
        credit: Any,
        ledger: Any,
        balanced: Any,
    ) -> None:
        bob.post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
        db.execute(delete(User).where(User.id == bob.user_id))
        db.commit()
        assert ann.get(path).json["response"]["bounty"] == 400 * MIB
        moderator.delete(path, REASON, status=200)
        assert credit(ann) == GIB
        assert ("forfeit", None, -100 * MIB) in ledger(request_id)
        assert balanced()

    def test_credit_that_is_full(
        self, ann: Any, moderator: Any, path: str, db: Session, balanced: Any
    ) -> None:
        db.execute(update(User).where(User.id == ann.user_id).values(uploaded=2**63 - 1))
        db.commit()
        assert moderator.delete(path, REASON, status=409).json["code"] == "credit_full"
        moderator.get(path, status=200)
        assert balanced()

    def test_sql(self, ask: Any, ann: Any, join: Any, moderator: Any, count_sql: Any) -> None:
        counts = []
        for voters in (1, 5):
            path = f"/requests/{ask(ann, bounty=100 * MIB)['id']}"
            for _ in range(voters):
                join().post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
            moderator.get(path)
            with count_sql() as statements:
                moderator.delete(path, REASON, status=200)
            counts.append(len(statements))
        assert counts[0] == counts[1]


class TestFilled:
    @pytest.fixture(autouse=True)
    def fill(self, cid: Any, path: str, upload: Any) -> None:
        """cid has filled the request and got 300 MiB."""
        cid.post(f"{path}/fill", {"torrent_id": upload(cid)}, status=200)

    def test_by_its_creator(self, ann: Any, path: str, credit: Any) -> None:
        for body in (REASON, {**REASON, "bounty": "refund"}):
            assert ann.delete(path, body, status=409).json["code"] == "request_filled"
        ann.delete(f"{path}/fill", REASON, status=200)
        ann.delete(path, REASON, status=200)
        assert credit(ann) == GIB

    def test_needs_a_decision(self, moderator: Any, path: str) -> None:
        answer = moderator.delete(path, REASON, status=400).json
        assert answer["errors"] == {"bounty": ["required for a filled request: refund or keep"]}
        moderator.delete(path, {**REASON, "bounty": "burn"}, status=400)
        moderator.get(path, status=200)

    def test_refund(
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
    ) -> None:
        db.execute(update(User).where(User.id == cid.user_id).values(uploaded=100 * MIB))
        db.commit()
        moderator.delete(path, {**REASON, "bounty": "refund"}, status=200)
        assert (credit(ann), credit(cid), debt(cid)) == (GIB, 0, 200 * MIB)
        assert ledger(request_id)[1:] == [
            ("fill", cid.user_id, -300 * MIB),
            ("unfill", cid.user_id, 100 * MIB),
            ("debt", cid.user_id, 200 * MIB),
            ("refund", ann.user_id, -300 * MIB),
        ]
        assert balanced()
        after = db.scalars(select(LogEntry)).one().after
        assert after == {
            **REASON,
            "bounty": "refund",
            "filler_id": cid.user_id,
            "debt": 200 * MIB,
        }

    def test_keep(
        self, ann: Any, cid: Any, moderator: Any, path: str, credit: Any, balanced: Any
    ) -> None:
        moderator.delete(path, {**REASON, "bounty": "keep"}, status=200)
        assert (credit(ann), credit(cid)) == (GIB - 300 * MIB, GIB + 300 * MIB)
        assert balanced()
        ann.get(path, status=404)

    @pytest.mark.parametrize("bounty", ["keep", "refund"])
    def test_shows_on_the_fillers_page(
        self, cid: Any, moderator: Any, path: str, bounty: str
    ) -> None:
        def filled() -> list[int]:
            pages = (moderator.get(f"/users/{cid.user_id}"), cid.get("/users/me"))
            return [page.json["response"]["requests_filled"] for page in pages]

        assert filled() == [1, 1]
        moderator.delete(path, {**REASON, "bounty": bounty}, status=200)
        assert filled() == [0, 0]

    def test_refund_of_a_filler_whose_account_is_gone(
        self, ann: Any, cid: Any, staff: Any, path: str, db: Session, credit: Any, balanced: Any
    ) -> None:
        db.execute(delete(User).where(User.id == cid.user_id))
        db.commit()
        staff.delete(path, {**REASON, "bounty": "refund"}, status=200)
        assert credit(ann) == GIB
        assert balanced()


class TestDecisionOnAnOpenOne:
    def test_keep(self, moderator: Any, path: str) -> None:
        answer = moderator.delete(path, {**REASON, "bounty": "keep"}, status=400).json
        assert list(answer["errors"]) == ["bounty"]

    def test_refund(self, ann: Any, moderator: Any, path: str, credit: Any) -> None:
        moderator.delete(path, {**REASON, "bounty": "refund"}, status=200)
        assert credit(ann) == GIB
