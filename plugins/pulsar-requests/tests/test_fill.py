"""Filling requests, and paying the bounty."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session

from pulsar.testing import ABSENT
from pulsar.users.models import User
from torrent_requests.interfaces import IRequestCriterion
from torrents.categories.models import TorrentCategory
from torrents.models import Group

MIB = 2**20
GIB = 2**30


@pytest.fixture
def request_id(ann: Any, ask: Any) -> int:
    """A request of ann for 300 MiB."""
    request_id: int = ask(ann)["id"]
    return request_id


@pytest.fixture
def path(request_id: int) -> str:
    """The path for filling the request."""
    return f"/requests/{request_id}/fill"


class TestFill:
    def test_answer(
        self, ann: Any, bob: Any, cid: Any, path: str, request_id: int, upload: Any
    ) -> None:
        torrent_id = upload(bob)
        response = cid.post(path, {"torrent_id": torrent_id}, status=200).json["response"]
        assert response["filled"] is not None
        assert response["filler"] == {"id": cid.user_id, "username": "cid"}
        assert response["torrent"] == {"id": torrent_id, "name": "Album", "title": "Album"}
        assert response["bounty"] == 300 * MIB
        assert ann.get(f"/requests/{request_id}").json["response"] == response

    def test_sql(self, ann: Any, cid: Any, path: str, upload: Any, count_sql: Any) -> None:
        torrent_id = upload(cid)
        cid.get("/users/me")
        with count_sql() as statements:
            cid.post(path, {"torrent_id": torrent_id}, status=200)
        # The request is read when it is found and when it is locked, and not after writing.
        reads = [text for text in statements if re.search(r"\bFROM requests\b", text)]
        assert len(reads) == 2, "\n".join(statements)

    def test_pays_the_filler_everything(
        self,
        ann: Any,
        bob: Any,
        cid: Any,
        request_id: int,
        path: str,
        upload: Any,
        credit: Any,
        ledger: Any,
        balanced: Any,
    ) -> None:
        bob.post(f"/requests/{request_id}/votes", {"amount": 100 * MIB}, status=200)
        cid.get("/users/me")
        cid.post(path, {"torrent_id": upload(bob)}, status=200)
        credits = (credit(ann), credit(bob), credit(cid))
        assert credits == (GIB - 300 * MIB, GIB - 100 * MIB, GIB + 400 * MIB)
        assert ledger(request_id)[-1] == ("fill", cid.user_id, -400 * MIB)
        assert cid.get("/users/me").json["response"]["uploaded"] == GIB + 400 * MIB
        assert balanced()

    def test_ones_own(self, ann: Any, bob: Any, path: str, upload: Any, credit: Any) -> None:
        ann.post(path, {"torrent_id": upload(bob)}, status=200)
        assert credit(ann) == GIB

    def test_twice(self, bob: Any, cid: Any, path: str, upload: Any, credit: Any) -> None:
        torrent_id = upload(bob)
        bob.post(path, {"torrent_id": torrent_id}, status=200)
        answer = cid.post(path, {"torrent_id": torrent_id}, status=409).json
        assert answer["code"] == "request_filled"
        assert credit(cid) == GIB

    def test_credit_that_is_full(
        self, bob: Any, path: str, request_id: int, upload: Any, db: Session, balanced: Any
    ) -> None:
        torrent_id = upload(bob)
        db.execute(update(User).where(User.id == bob.user_id).values(uploaded=2**63 - 1))
        db.commit()
        answer = bob.post(path, {"torrent_id": torrent_id}, status=409).json
        assert answer["code"] == "credit_full"
        assert bob.get(f"/requests/{request_id}").json["response"]["filled"] is None
        assert balanced()


class TestTorrent:
    def refused(self, client: Any, path: str, torrent_id: int) -> list[str]:
        answer = client.post(path, {"torrent_id": torrent_id}, status=400).json
        sentences: list[str] = answer["errors"]["torrent_id"]
        assert client.get(path.removesuffix("/fill")).json["response"]["filled"] is None
        return sentences

    def test_missing(self, bob: Any, path: str) -> None:
        assert self.refused(bob, path, ABSENT) == [f"torrent {ABSENT} does not exist"]

    def test_deleted(self, bob: Any, path: str, upload: Any) -> None:
        torrent_id = upload(bob)
        bob.delete(f"/torrents/{torrent_id}", status=200)
        assert self.refused(bob, path, torrent_id) == [f"torrent {torrent_id} does not exist"]

    def test_unseen(self, bob: Any, join: Any, path: str, upload: Any) -> None:
        blind = join(denials=("torrents_view",))
        torrent_id = upload(bob)
        assert self.refused(blind, path, torrent_id) == [f"torrent {torrent_id} does not exist"]

    def test_of_another_category(
        self, bob: Any, path: str, upload: Any, registry: Any, db: Session
    ) -> None:
        torrent_id = upload(bob)
        db.execute(update(Group).values(category="music"))
        db.commit()
        assert self.refused(bob, path, torrent_id) == ["the torrent's category is not other"]

    def test_of_the_same_category(
        self, ann: Any, bob: Any, ask: Any, upload: Any, registry: Any, db: Session
    ) -> None:
        db.add(TorrentCategory(name="music", title="Music", torznab=3000))
        db.commit()
        torrent_request = ask(ann, category="music")
        torrent_id = upload(bob)
        db.execute(update(Group).values(category="music"))
        db.commit()
        bob.post(f"/requests/{torrent_request['id']}/fill", {"torrent_id": torrent_id}, status=200)

    def test_further_criteria(self, bob: Any, path: str, upload: Any, registry: Any) -> None:
        def criterion(request: Any, torrent_request: Any, torrent: Any) -> str | None:
            return (
                None if torrent.name == "Right" else f"{torrent_request.title} is no {torrent.name}"
            )

        right, wrong = upload(bob, "Right"), upload(bob, "Wrong")
        registry.registerUtility(criterion, IRequestCriterion, "name")
        try:
            assert self.refused(bob, path, wrong) == ["A title is no Wrong"]
            bob.post(path, {"torrent_id": right}, status=200)
        finally:
            registry.unregisterUtility(provided=IRequestCriterion, name="name")

    def test_deleted_afterwards(
        self,
        ann: Any,
        bob: Any,
        moderator: Any,
        path: str,
        request_id: int,
        upload: Any,
        balanced: Any,
    ) -> None:
        """The request stays filled, and staff may unfill it."""
        torrent_id = upload(bob)
        bob.post(path, {"torrent_id": torrent_id}, status=200)
        bob.delete(f"/torrents/{torrent_id}", status=200)
        torrent_request = ann.get(f"/requests/{request_id}", status=200).json["response"]
        assert torrent_request["filled"] is not None
        assert torrent_request["torrent"] is None
        moderator.delete(path, {"reason": "The torrent is gone."}, status=200)
        assert balanced()


class TestFirstHour:
    """Only the uploader may fill requests with a new torrent."""

    @pytest.mark.parametrize(("minutes", "status"), [(0, 403), (59, 403), (60, 200), (600, 200)])
    def test_others(
        self, bob: Any, cid: Any, path: str, upload: Any, minutes: int, status: int
    ) -> None:
        torrent_id = upload(bob, hours=0)
        # Some milliseconds pass between the upload and the fill.
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=False):
            answer = cid.post(path, {"torrent_id": torrent_id}, status=status).json
        if status == 403:
            assert answer["code"] == "uploader_only"
            assert answer["response"].startswith("In the first hour only its uploader")

    def test_the_uploader(self, bob: Any, path: str, upload: Any) -> None:
        bob.post(path, {"torrent_id": upload(bob, hours=0)}, status=200)

    def test_setting(
        self, bob: Any, cid: Any, path: str, upload: Any, registry: Any, monkeypatch: Any
    ) -> None:
        torrent_id = upload(bob, hours=47)
        monkeypatch.setitem(registry.settings, "requests.exclusive_hours", 48)
        answer = cid.post(path, {"torrent_id": torrent_id}, status=403).json
        assert answer["response"].startswith("In the first 48 hours only its uploader")
        monkeypatch.setitem(registry.settings, "requests.exclusive_hours", 0)
        cid.post(path, {"torrent_id": torrent_id}, status=200)
