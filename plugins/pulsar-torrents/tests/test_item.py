"""Showing, editing and deleting a torrent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from pulsar.testing.client import Client
from torrents.models import Torrent

DAY = timedelta(days=1)


class TestShow:
    def test_missing(self, member: Client) -> None:
        answer = member.get("/torrents/7", status=404)
        assert answer.json["response"] == "Torrent 7 does not exist."

    @pytest.mark.parametrize("segment", ["0", "07", "x", "9223372036854775808", "-1"])
    def test_no_id(self, member: Client, segment: str) -> None:
        member.get(f"/torrents/{segment}", status=404)

    def test_sql(self, member: Client, upload: Any, count_sql: Any) -> None:
        path = f"/torrents/{upload(member, tags='a,b,c')['id']}"
        with count_sql() as statements:
            response = member.get(path, status=200).json["response"]
        assert response["tags"] == ["a", "b", "c"]
        # One statement for the torrent with its group and uploader, and one for the tags.
        assert len(statements) == 2

    def test_location(self, member: Client, make_torrent: Any) -> None:
        files = [("file", "x.torrent", make_torrent())]
        answer = member.upload("/torrents", {"category": "other"}, files, status=201)
        path = f"/torrents/{answer.json['response']['id']}"
        assert answer.headers["Location"] == f"http://localhost{path}"


class TestEdit:
    @pytest.fixture
    def path(self, member: Client, upload: Any) -> str:
        """A torrent of the member."""
        torrent = upload(member, description="old", tags="a,b")
        return f"/torrents/{torrent['id']}"

    def test_everything(self, member: Client, path: str) -> None:
        before = member.get(path).json["response"]
        body = {"title": " New ", "description": "", "category": "other", "tags": "c, A"}
        response = member.put(path, body, status=200).json["response"]
        changed = {"title": "New", "description": "", "tags": ["a", "c"]}
        assert response == {**before, **changed}
        assert member.get(path).json["response"] == response

    @pytest.mark.parametrize(
        ("expected", "changed"),
        [
            ({}, {}),
            ({"title": "New"}, {"title": "New"}),
            ({"description": "New"}, {"description": "New"}),
            ({"tags": ""}, {"tags": []}),
        ],
    )
    def test_one_thing(
        self, member: Client, path: str, expected: dict[str, str], changed: dict[str, Any]
    ) -> None:
        before = member.get(path).json["response"]
        assert member.put(path, expected, status=200).json["response"] == {**before, **changed}

    @pytest.mark.parametrize(
        ("expected", "reason"),
        [
            ({"category": "unheard_of"}, "value is not allowed: choose one of other"),
            ({"title": "  "}, "value must not be blank"),
            ({"title": None}, "expected str"),
            ({"tags": ["a"]}, "expected str"),
            ({"name": "x"}, "extra keys not allowed"),
        ],
    )
    def test_refused(
        self, member: Client, path: str, expected: dict[str, Any], reason: str
    ) -> None:
        before = member.get(path).json["response"]
        answer = member.put(path, expected, status=400).json
        assert answer["errors"] == {next(iter(expected)): [reason]}
        assert member.get(path).json["response"] == before

    def test_reads_the_files_only_for_the_index(
        self, member: Client, path: str, count_sql: Any
    ) -> None:
        member.get(path)
        counts = {}
        for field in ("description", "title"):
            with count_sql() as statements:
                member.put(path, {field: "New"}, status=200)
            counts[field] = len(statements)
        # One statement each for the torrent, its tags, the group; then for the files and the search
        # index.
        assert counts == {"description": 4, "title": 6}

    def test_by_others(self, other: Client, path: str) -> None:
        other.put(path, {"title": "Mine"}, status=403)

    def test_by_a_moderator(self, moderator: Client, path: str) -> None:
        response = moderator.put(path, {"title": "Better"}, status=200).json["response"]
        assert (response["title"], response["uploader"]["username"]) == ("Better", "member")


class TestDelete:
    @pytest.fixture
    def torrent_id(self, member: Client, upload: Any) -> int:
        """A torrent of the member."""
        torrent_id: int = upload(member)["id"]
        return torrent_id

    @pytest.fixture
    def path(self, torrent_id: int) -> str:
        """The torrent's path."""
        return f"/torrents/{torrent_id}"

    def test_gone(self, member: Client, path: str, torrent_id: int, db: Any) -> None:
        answer = member.delete(path, status=200)
        assert answer.json["response"] == f"Torrent {torrent_id} has been deleted."
        for gone in (path, f"{path}/files", f"{path}/download"):
            member.get(gone, status=404)
        member.put(path, {"title": "x"}, status=404)
        member.delete(path, status=404)
        assert member.get("/torrents").json["response"]["total"] == 0
        # The row stays.
        assert db.scalar(select(Torrent.deleted).where(Torrent.id == torrent_id)) is not None

    def test_by_others(self, other: Client, path: str) -> None:
        other.delete(path, status=403)

    @pytest.mark.parametrize(
        ("age", "status"), [(7 * DAY - timedelta(minutes=1), 200), (7 * DAY, 403)]
    )
    def test_age(self, member: Client, path: str, age: timedelta, status: int) -> None:
        with time_machine.travel(datetime.now(UTC) + age):
            answer = member.delete(path, status=status)
        if status == 403:
            assert answer.json["code"] == "too_late_to_delete"
            sentence = "You may delete your torrents within 7 days and under 5 snatches."
            assert answer.json["response"] == sentence
            member.get(path, status=200)

    @pytest.mark.parametrize(("snatches", "status"), [(4, 200), (5, 403)])
    def test_snatches(self, member: Client, path: str, db: Any, snatches: int, status: int) -> None:
        db.execute(update(Torrent).values(snatches=snatches))
        db.commit()
        member.delete(path, status=status)

    def test_by_a_moderator_at_any_time(self, moderator: Client, path: str, db: Any) -> None:
        db.execute(update(Torrent).values(snatches=100, created=datetime.now(UTC) - 99 * DAY))
        db.commit()
        moderator.delete(path, status=200)
