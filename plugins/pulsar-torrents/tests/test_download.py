"""Downloads of .torrent files with the caller's announce URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import libtorrent
import pytest
from fastbencode import bdecode, bencode
from sqlalchemy import select

from pulsar.interfaces import ISecrets
from pulsar.testing.client import Client
from pulsar.users.models import User


def hashes(data: bytes) -> list[str]:
    both = libtorrent.load_torrent_buffer(data).ti.info_hashes()
    return [str(both.v1), str(both.v2)]


def announce_of(client: Client, torrent_id: int) -> str:
    answer = client.get(f"/torrents/{torrent_id}/download", status=200)
    return str(bdecode(answer.body)[b"announce"].decode())


@pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
class TestContent:
    def test_stored_info_and_little_else(
        self, member: Client, upload: Any, make_torrent: Any, version: str
    ) -> None:
        data = make_torrent(version=version, **{"x-made-by": b"somebody"})
        torrent_id = upload(member, data=data)["id"]
        answer = member.get(f"/torrents/{torrent_id}/download", status=200)
        assert answer.content_type == "application/x-bittorrent"
        assert answer.headers["Cache-Control"] == "private, no-store"
        uploaded, root = bdecode(data), bdecode(answer.body)
        assert bencode(root) == answer.body
        assert bencode(root[b"info"]) == bencode(uploaded[b"info"])
        assert b"4:info" + bencode(uploaded[b"info"]) in answer.body
        assert root.get(b"piece layers") == uploaded.get(b"piece layers")
        layers = set() if version == "v1" else {b"piece layers"}
        assert root.keys() == {b"announce", b"comment", b"created by", b"info"} | layers
        assert root[b"comment"] == f"http://localhost/torrents/{torrent_id}".encode()
        assert root[b"created by"] == b"Pulsar"

    def test_libtorrent_loads_it(
        self, member: Client, upload: Any, make_torrent: Any, version: str
    ) -> None:
        data = make_torrent(version=version)
        torrent_id = upload(member, data=data)["id"]
        body = member.get(f"/torrents/{torrent_id}/download").body
        assert hashes(body) == hashes(data)
        assert libtorrent.load_torrent_buffer(body).trackers == [announce_of(member, torrent_id)]


class TestAnnounce:
    def test_is_the_caller_s(self, member: Client, other: Client, upload: Any) -> None:
        torrent_id = upload(member)["id"]
        urls = [announce_of(client, torrent_id) for client in (member, other)]
        assert urls[0] != urls[1]
        assert urls == [announce_of(client, torrent_id) for client in (member, other)]

    def test_left_out_without_a_tracker(
        self, make_site: Callable[..., Any], join: Any, upload: Any, make_torrent: Any
    ) -> None:
        client = join(make_site(**{"pulsar.plugins": "torrents"}))
        data = make_torrent()
        torrent_id = upload(client, data=data)["id"]
        body = client.get(f"/torrents/{torrent_id}/download", status=200).body
        assert bdecode(body).keys() == {b"comment", b"created by", b"info"}
        assert hashes(body) == hashes(data)
        client.delete(f"/torrents/{torrent_id}", status=200)


class TestSiteNames:
    def test_in_the_file(self, make_site: Callable[..., Any], join: Any, upload: Any) -> None:
        settings = {"pulsar.site_name": "Ünion", "pulsar.site_url": "https://example.org/api/"}
        client = join(make_site(**settings))
        torrent_id = upload(client)["id"]
        root = bdecode(client.get(f"/torrents/{torrent_id}/download", status=200).body)
        assert root[b"created by"] == "Ünion".encode()
        assert root[b"comment"] == f"https://example.org/api/torrents/{torrent_id}".encode()
        assert root[b"announce"].startswith(b"https://example.org/api/")


class TestFileName:
    @pytest.mark.parametrize(
        ("name", "plain", "full"),
        [
            ("Album", "Album.torrent", "Album.torrent"),
            ("A & B [2020]", "A _ B [2020].torrent", "A%20%26%20B%20%5B2020%5D.torrent"),
            ("Café 音", "Caf_ _.torrent", "Caf%C3%A9%20%E9%9F%B3.torrent"),
        ],
    )
    def test_header(self, member: Client, upload: Any, name: str, plain: str, full: str) -> None:
        answer = member.get(f"/torrents/{upload(member, name)['id']}/download", status=200)
        assert answer.headers["Content-Disposition"] == (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
        )


class TestFeedKey:
    @pytest.fixture
    def feed_key(self, member: Client, db: Any, registry: Any) -> str:
        """The feed key of the member."""
        user_id = db.scalar(select(User.id).where(User.username == "member"))
        key: str = registry.getUtility(ISecrets).current(db, user_id, "feed")
        db.commit()
        return key

    def test_works(self, client: Client, member: Client, upload: Any, feed_key: str) -> None:
        path = f"/torrents/{upload(member)['id']}/download"
        answer = client.get(f"{path}?feed_key={feed_key}", status=200)
        assert answer.body == member.get(path).body
        assert feed_key.encode() not in answer.body

    @pytest.mark.parametrize("wrong", ["", "0" * 32, "\u00e9"])
    def test_wrong(self, client: Client, member: Client, upload: Any, wrong: str) -> None:
        path = f"/torrents/{upload(member)['id']}/download"
        client.get(f"{path}?{urlencode({'feed_key': wrong})}", status=401)

    def test_reads_only(self, client: Client, member: Client, upload: Any, feed_key: str) -> None:
        path = f"/torrents/{upload(member)['id']}"
        client.put(f"{path}?feed_key={feed_key}", {"title": "x"}, status=401)
        client.delete(f"{path}?feed_key={feed_key}", status=401)

    def test_disabled_member(
        self, client: Client, member: Client, upload: Any, feed_key: str, db: Any
    ) -> None:
        path = f"/torrents/{upload(member)['id']}/download"
        db.execute(select(User).where(User.username == "member")).scalar_one().enabled = False
        db.commit()
        client.get(f"{path}?feed_key={feed_key}", status=403)


class TestMagnet:
    @pytest.fixture
    def open_site(self, make_site: Callable[..., Any], join: Any) -> Client:
        """A member of a site that allows public torrents."""
        client: Client = join(make_site(**{"pulsar.private": "false"}))
        return client

    def test_link(self, open_site: Client, upload: Any, make_torrent: Any) -> None:
        data = make_torrent("A & B", version="hybrid", private=False)
        torrent = upload(open_site, data=data)
        assert (torrent["private"], torrent["rehashed"]) == (False, False)
        fields = parse_qs(urlsplit(torrent["magnet"]).query)
        v1, v2 = hashes(data)
        assert fields == {
            "xt": [f"urn:btih:{v1}", f"urn:btmh:1220{v2}"],
            "dn": ["A & B"],
            "xl": ["20010"],
            "tr": [announce_of(open_site, torrent["id"])],
        }
        parsed = libtorrent.parse_magnet_uri(torrent["magnet"])
        assert [str(parsed.info_hashes.v1), str(parsed.info_hashes.v2)] == [v1, v2]


class TestSql:
    def test_count(self, member: Client, upload: Any, count_sql: Any) -> None:
        path = f"/torrents/{upload(member)['id']}/download"
        member.get(path)
        with count_sql() as statements:
            member.get(path, status=200)
        # One statement each for the torrent, its bytes and the caller's passkey.
        assert len(statements) == 3
