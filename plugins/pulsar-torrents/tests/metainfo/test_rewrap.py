"""Downloads and magnet links."""

from __future__ import annotations

from urllib.parse import parse_qsl

import libtorrent
import pytest

from torrents.metainfo import magnet, parse, wrap

INFO = b"d4:name1:xe"


class TestWrap:
    def test_only_what_is_given(self) -> None:
        assert wrap(INFO, announce=None) == b"d4:info" + INFO + b"e"

    def test_all_keys_in_order(self) -> None:
        data = wrap(
            INFO, announce="http://é/", comment="c", created_by="Pulsar", piece_layers=b"de"
        )
        assert data == (
            b"d8:announce10:http://\xc3\xa9/7:comment1:c10:created by6:Pulsar"
            b"4:info" + INFO + b"12:piece layersdee"
        )

    def test_info_is_not_read(self) -> None:
        assert wrap(b"\xff\0", announce=None) == b"d4:info\xff\0e"

    @pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
    def test_drops_what_the_uploader_put_around(
        self, torrents: dict[tuple[str, str], bytes], version: str
    ) -> None:
        uploaded = parse(torrents["album", version])
        data = wrap(uploaded.info, announce="http://site/key", piece_layers=uploaded.piece_layers)
        assert b"example.org" not in data
        assert parse(data) == uploaded


class TestMagnet:
    @pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
    def test_libtorrent_reads_it(
        self, torrents: dict[tuple[str, str], bytes], version: str
    ) -> None:
        metainfo = parse(torrents["album", version])
        trackers = ["http://site/a?key=1&x=é", "udp://site:1"]
        link = magnet(
            name="Ä & b=c/d",
            info_hash=metainfo.info_hash,
            info_hash_v2=metainfo.info_hash_v2,
            size=metainfo.size,
            trackers=trackers,
        )
        read = libtorrent.parse_magnet_uri(link)
        assert (
            read.info_hashes
            == libtorrent.load_torrent_buffer(torrents["album", version]).ti.info_hashes()
        )
        assert read.name == "Ä & b=c/d"
        assert read.trackers == trackers
        assert ("xl", "450010") in parse_qsl(link.partition("?")[2])

    def test_text(self) -> None:
        link = magnet(name="a b", info_hash=b"\x01" * 20, info_hash_v2=b"\xab" * 32, size=5)
        assert link == (
            f"magnet:?xt=urn:btih:{'01' * 20}&xt=urn:btmh:1220{'ab' * 32}&dn=a%20b&xl=5"
        )

    def test_needs_an_info_hash(self) -> None:
        with pytest.raises(ValueError, match="needs an info-hash"):
            magnet(name="x", info_hash=None, info_hash_v2=None, size=1)
