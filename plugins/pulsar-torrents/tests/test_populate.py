"""Sample torrents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastbencode import bdecode, bencode
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from pulsar.populate.material import seeded
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from torrents.metainfo import Limits, parse
from torrents.models import Contents, Group, Torrent, TorrentFile
from torrents.populate import files


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as found:
        yield found


@pytest.fixture
def reader(populated: Any) -> Client:
    """A client with a key of one of the members."""
    with populated.registry.getUtility(IDatabase).session(True) as session:
        found = session.scalars(select(User).where(User.username == "member")).one()
        return Client(populated, Factory(session).key(found))


class TestMake:
    @pytest.mark.parametrize("private", [True, False])
    def test_valid(self, private: bool) -> None:
        chance = seeded("tests")
        found = [
            parse(files.make(chance, f"Name {number}", private=private, source="x"), Limits())
            for number in range(100)
        ]
        assert {one.version for one in found} == {"v1", "hybrid", "v2"}
        assert {one.multi_file for one in found} == {True, False}
        assert {(one.private, one.source) for one in found} == {(private, "x")}
        assert len({one.info_hash or one.info_hash_v2 for one in found}) == 100

    def test_stays_small(self) -> None:
        chance = seeded("tests")
        data = [files.make(chance, "Name", private=True, source="") for _ in range(100)]
        assert max(map(len, data)) < 6_000


class TestPopulate:
    def test_amount(self, session: Session, reader: Client) -> None:
        live = session.scalar(select(func.count()).where(Torrent.deleted.is_(None)))
        assert session.scalar(select(func.count(Torrent.id))) == 100
        assert reader.get("/torrents").json["response"]["total"] == live

    def test_rows_describe_the_bytes(self, session: Session) -> None:
        rows = session.execute(
            select(Torrent, Contents).join(Contents, Contents.torrent_id == Torrent.id)
        )
        for torrent, contents in rows:
            found = parse(contents.original, Limits())
            files = session.scalars(
                select(TorrentFile)
                .where(TorrentFile.torrent_id == torrent.id)
                .order_by(TorrentFile.number)
            ).all()
            assert [(file.path, file.size) for file in files] == list(found.files)
            assert (torrent.size, torrent.file_count) == (found.size, len(files))
            assert torrent.info_hash == found.info_hash
            assert (torrent.private, torrent.rehashed) == (True, False)
            assert contents.info == found.info

    def test_groups(self, session: Session) -> None:
        editions = (
            select(func.count().label("number")).select_from(Torrent).group_by(Torrent.group_id)
        )
        counts = set(session.scalars(editions))
        assert counts <= {1, 2, 3, 4}
        assert len(counts) > 1
        for group in session.scalars(select(Group)):
            assert 1 <= len(group.tags) <= 4

    def test_uploaders(self, session: Session) -> None:
        """Ids ascend with time, as on a real site."""
        torrents = session.scalars(select(Torrent).order_by(Torrent.id)).all()
        moments = [torrent.created for torrent in torrents]
        assert moments == sorted(moments)
        assert len({torrent.uploader_id for torrent in torrents}) > 3

    def test_searchable(self, reader: Client) -> None:
        shown = reader.get("/torrents").json["response"]["items"][0]
        query = f'/torrents?q="{shown["title"]}"&tag={shown["tags"][0]}'
        found = reader.get(query, status=200).json["response"]["items"]
        assert shown["id"] in [one["id"] for one in found]

    def test_deleted_ones_are_not_found(self, session: Session, reader: Client) -> None:
        for torrent in session.scalars(select(Torrent).where(Torrent.deleted.is_not(None))):
            found = reader.get(f'/torrents?q="{torrent.name}"', status=200).json["response"]
            assert torrent.id not in [one["id"] for one in found["items"]]

    def test_download(self, reader: Client) -> None:
        shown = reader.get("/torrents?order_by=size").json["response"]["items"][0]
        root = bdecode(reader.get(f"/torrents/{shown['id']}/download", status=200).body)
        raw = bencode(root[b"info"])
        assert hashlib.sha1(raw).hexdigest() == shown["info_hash"]
