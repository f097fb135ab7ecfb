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
    with populated.registry.getUtility(IDatabase).session() as session:
        yield session


@pytest.fixture
def reader(populated: Any) -> Client:
    """A client with a key of one of the members."""
    with populated.registry.getUtility(IDatabase).session(True) as session:
        user = session.scalars(select(User).where(User.username == "member")).one()
        return Client(populated, Factory(session).key(user))


class TestMake:
    @pytest.mark.parametrize("private", [True, False])
    def test_valid(self, private: bool) -> None:
        chance = seeded("tests")
        torrents = [
            parse(files.make(chance, f"Name {number}", private=private, source="x"), Limits())
            for number in range(100)
        ]
        assert {torrent.version for torrent in torrents} == {"v1", "hybrid", "v2"}
        assert {torrent.multi_file for torrent in torrents} == {True, False}
        assert {(torrent.private, torrent.source) for torrent in torrents} == {(private, "x")}
        assert len({torrent.info_hash or torrent.info_hash_v2 for torrent in torrents}) == 100

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
            parsed = parse(contents.original, Limits())
            files = session.scalars(
                select(TorrentFile)
                .where(TorrentFile.torrent_id == torrent.id)
                .order_by(TorrentFile.number)
            ).all()
            assert [(file.path, file.size) for file in files] == list(parsed.files)
            assert (torrent.size, torrent.file_count) == (parsed.size, len(files))
            assert torrent.info_hash == parsed.info_hash
            assert (torrent.private, torrent.rehashed) == (True, False)
            assert contents.info == parsed.info

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
        item = reader.get("/torrents").json["response"]["items"][0]
        query = f'/torrents?q="{item["title"]}"&tag={item["tags"][0]}'
        items = reader.get(query, status=200).json["response"]["items"]
        assert item["id"] in [item["id"] for item in items]

    def test_deleted_ones_are_not_found(self, session: Session, reader: Client) -> None:
        for torrent in session.scalars(select(Torrent).where(Torrent.deleted.is_not(None))):
            torrents = reader.get(f'/torrents?q="{torrent.name}"', status=200).json["response"]
            assert torrent.id not in [item["id"] for item in torrents["items"]]

    def test_download(self, reader: Client) -> None:
        item = reader.get("/torrents?order_by=size").json["response"]["items"][0]
        root = bdecode(reader.get(f"/torrents/{item['id']}/download", status=200).body)
        raw = bencode(root[b"info"])
        assert hashlib.sha1(raw).hexdigest() == item["info_hash"]
