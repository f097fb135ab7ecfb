"""Listing a torrent's files."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client

NAMES = {f"disc {disc}/{track:02}.flac": track for disc in (1, 2) for track in range(1, 4)}


@pytest.fixture
def path(member: Client, upload: Any, make_torrent: Any) -> str:
    """The path of the files of a torrent with six files."""
    return f"/torrents/{upload(member, data=make_torrent('Album', NAMES))['id']}/files"


class TestFiles:
    @pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
    def test_all(self, member: Client, upload: Any, make_torrent: Any, version: str) -> None:
        torrent = upload(member, data=make_torrent("Album", NAMES, version=version))
        files = member.get(f"/torrents/{torrent['id']}/files", status=200).json["response"]
        assert files["items"] == [
            {"number": number, "path": name, "size": size}
            for number, (name, size) in enumerate(NAMES.items())
        ]
        assert files["total"] == torrent["file_count"] == 6

    def test_pages(self, member: Client, path: str) -> None:
        answer = member.get(f"{path}?limit=4&page=2", status=200)
        assert [file["number"] for file in answer.json["response"]["items"]] == [4, 5]
        assert 'rel="prev"' in answer.headers["Link"]

    def test_of_one_torrent_only(self, member: Client, path: str, upload: Any) -> None:
        upload(member, "Another")
        assert member.get(path).json["response"]["total"] == 6

    def test_sql_does_not_grow(self, member: Client, path: str, count_sql: Any) -> None:
        # One statement each for the torrent and its tags, the count, and the files.
        for limit in (1, 6):
            with count_sql() as statements:
                answer = member.get(f"{path}?limit={limit}", status=200)
            assert len(answer.json["response"]["items"]) == limit
            assert len(statements) == 3
