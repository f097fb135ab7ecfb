"""The recipients and contents of notifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from pulsar.interfaces import ICache
from pulsar.users.models import User, UserPermission

MIB = 2**20


@pytest.fixture
def request_id(ann: Any, bob: Any, cid: Any, ask: Any) -> int:
    """A request of ann that bob voted for and cid bookmarked."""
    request_id: int = ask(ann, "Wanted")["id"]
    bob.post(f"/requests/{request_id}/votes", {"amount": 100 * MIB}, status=200)
    cid.post(f"/requests/{request_id}/bookmark", status=200)
    return request_id


@pytest.fixture
def told(ann: Any, bob: Any, cid: Any) -> Callable[[str], dict[str, list[Any]]]:
    """``told("requests_filled")``: the notifications of ann, bob and cid, without empty lists."""

    def read(kind: str) -> dict[str, list[Any]]:
        contents = {}
        for name, who in (("ann", ann), ("bob", bob), ("cid", cid)):
            items = who.get(f"/notifications/{kind}", status=200).json["response"]["items"]
            if items:
                contents[name] = [item["contents"] for item in items]
        return contents

    return read


class TestRecipients:
    def test_filled(self, join: Any, request_id: int, upload: Any, told: Any) -> None:
        dan = join("dan")
        torrent_id = upload(dan)
        dan.post(f"/requests/{request_id}/fill", {"torrent_id": torrent_id}, status=200)
        contents = {
            "request_id": request_id,
            "title": "Wanted",
            "torrent_id": torrent_id,
            "filler_id": dan.user_id,
        }
        assert told("requests_filled") == {name: [contents] for name in ("ann", "bob", "cid")}
        assert dan.get("/notifications/requests_filled").json["response"]["items"] == []

    def test_unfilled(
        self, ann: Any, cid: Any, moderator: Any, request_id: int, upload: Any, told: Any
    ) -> None:
        """The filler is notified too, even if they neither created the request nor voted for it."""
        cid.post(f"/requests/{request_id}/fill", {"torrent_id": upload(cid)}, status=200)
        moderator.delete(f"/requests/{request_id}/fill", {"reason": "Wrong."}, status=200)
        contents = {
            "request_id": request_id,
            "title": "Wanted",
            "reason": "Wrong.",
            "bounty": 400 * MIB,
        }
        assert told("requests_unfilled") == {name: [contents] for name in ("ann", "bob", "cid")}

    def test_unfilled_and_spent(
        self,
        ann: Any,
        cid: Any,
        moderator: Any,
        request_id: int,
        upload: Any,
        told: Any,
        db: Session,
    ) -> None:
        """Only the filler sees the debt."""
        cid.post(f"/requests/{request_id}/fill", {"torrent_id": upload(cid)}, status=200)
        db.execute(update(User).where(User.id == cid.user_id).values(uploaded=0))
        db.commit()
        moderator.delete(f"/requests/{request_id}/fill", {"reason": "Wrong."}, status=200)
        debts = {
            name: contents[0].get("debt") for name, contents in told("requests_unfilled").items()
        }
        assert debts == {"ann": None, "bob": None, "cid": 400 * MIB}

    def test_commented(self, bob: Any, ann: Any, request_id: int, told: Any) -> None:
        path = f"/requests/{request_id}/comments"
        comment_id = bob.post(path, {"contents": "Hm."}, status=201).json["response"]["id"]
        contents = {
            "request_id": request_id,
            "title": "Wanted",
            "comment_id": comment_id,
            "from": "bob",
        }
        assert told("requests_commented") == {"ann": [contents], "cid": [contents]}
        assert told("requests_mentioned") == {}

    def test_mentioned(self, join: Any, request_id: int, told: Any) -> None:
        """Mentioned members are notified of the mention only."""
        path, dan = f"/requests/{request_id}/comments", join("dan")
        body = {"contents": "@ann and @bob, look!", "format": "markdown"}
        comment_id = dan.post(path, body, status=201).json["response"]["id"]
        contents = {
            "request_id": request_id,
            "title": "Wanted",
            "comment_id": comment_id,
            "from": "dan",
        }
        assert told("requests_mentioned") == {"ann": [contents], "bob": [contents]}
        assert told("requests_commented") == {"cid": [contents]}
        dan.put(f"{path}/{comment_id}", {"contents": "@ann, @bob and @cid!"}, status=200)
        assert list(told("requests_mentioned")) == ["ann", "bob"]

    def test_ones_own_deeds(self, ann: Any, request_id: int, told: Any) -> None:
        ann.post(f"/requests/{request_id}/comments", {"contents": "Hm."}, status=201)
        assert list(told("requests_commented")) == ["cid"]

    def test_deleted(self, moderator: Any, request_id: int, told: Any) -> None:
        moderator.delete(f"/requests/{request_id}", {"reason": "No."}, status=200)
        contents = {"request_id": request_id, "title": "Wanted", "reason": "No."}
        assert told("requests_deleted") == {"ann": [contents], "bob": [contents]}

    def test_sql(self, ann: Any, ask: Any, join: Any, upload: Any, count_sql: Any) -> None:
        """The number of statements does not depend on the number of recipients."""
        counts = []
        for number in (1, 5):
            request_id = ask(ann, bounty=100 * MIB)["id"]
            for _ in range(number):
                join().post(f"/requests/{request_id}/votes", {"amount": 100 * MIB}, status=200)
            filler = join()
            torrent = {"torrent_id": upload(filler, f"Album {number}")}
            filler.get(f"/requests/{request_id}")
            with count_sql() as statements:
                filler.post(f"/requests/{request_id}/fill", torrent, status=200)
            counts.append(len(statements))
        assert counts[0] == counts[1]


class TestVisible:
    """Members are not notified of requests they may not see, and do not see old notifications."""

    @pytest.fixture
    def comment(self, bob: Any, request_id: int) -> Callable[[], None]:
        """``comment()``: bob comments on the request."""
        path = f"/requests/{request_id}/comments"
        return lambda: bob.post(path, {"contents": "Hm."}, status=201)

    @pytest.fixture
    def deny(self, db: Session, registry: Any) -> Callable[[Any], None]:
        """``deny(member)``: deny the member `requests_view`."""

        def take(member: Any) -> None:
            row = {"user_id": member.user_id, "permission": "requests_view"}
            db.add(UserPermission(**row, granted=False))
            db.commit()
            registry.getUtility(ICache).invalidate([f"user:{member.user_id}"])

        return take

    def test_before(self, cid: Any, comment: Any, deny: Any, told: Any) -> None:
        deny(cid)
        comment()
        assert list(told("requests_commented")) == ["ann"]

    def test_after(self, cid: Any, comment: Any, deny: Any, told: Any) -> None:
        comment()
        deny(cid)
        assert list(told("requests_commented")) == ["ann"]
        counts = cid.get("/notifications/unread", status=200).json["response"]
        assert counts["requests_commented"] == 0

    def test_locked(self, cid: Any, comment: Any, db: Session, told: Any) -> None:
        db.execute(update(User).where(User.id == cid.user_id).values(locked=True))
        db.commit()
        comment()
        db.execute(update(User).where(User.id == cid.user_id).values(locked=False))
        db.commit()
        assert list(told("requests_commented")) == ["ann"]

    def test_deleted(self, moderator: Any, request_id: int, comment: Any, told: Any) -> None:
        """After its deletion, only the notification of the deletion is shown."""
        comment()
        moderator.delete(f"/requests/{request_id}", {"reason": "No."}, status=200)
        assert told("requests_commented") == {}
        assert list(told("requests_deleted")) == ["ann", "bob"]

    def test_comment_deleted(self, bob: Any, request_id: int, comment: Any, told: Any) -> None:
        comment()
        path = f"/requests/{request_id}/comments"
        (said,) = bob.get(path).json["response"]["items"]
        bob.delete(f"{path}/{said['id']}", status=200)
        assert told("requests_commented") == {}
        bob.post(f"{path}/{said['id']}/restore", status=200)
        assert list(told("requests_commented")) == ["ann", "cid"]

    def test_deletion_denied(
        self, bob: Any, moderator: Any, request_id: int, deny: Any, told: Any
    ) -> None:
        moderator.delete(f"/requests/{request_id}", {"reason": "No."}, status=200)
        deny(bob)
        assert list(told("requests_deleted")) == ["ann"]
