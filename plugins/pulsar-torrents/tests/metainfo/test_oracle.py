"""Our parser and libtorrent, which many clients use, read the same data from a torrent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libtorrent
import pytest
from fastbencode import bencode

from torrents.metainfo import Metainfo, MetainfoError, parse, wrap


def hashes(data: bytes) -> tuple[bytes | None, bytes | None]:
    both = libtorrent.load_torrent_buffer(data).ti.info_hashes()
    return (
        both.v1.to_bytes() if both.has_v1() else None,
        both.v2.to_bytes() if both.has_v2() else None,
    )


def files(data: bytes) -> list[tuple[str, int]]:
    layout = libtorrent.load_torrent_buffer(data).ti.layout()
    return [
        (layout.file_path(i), layout.file_size(i))
        for i in range(layout.num_files())
        if not layout.file_flags(i) & layout.flag_pad_file
    ]


def expected_files(metainfo: Metainfo) -> list[tuple[str, int]]:
    folder = f"{metainfo.name}/" if metainfo.multi_file else ""
    return [(folder + path, size) for path, size in metainfo.files]


@pytest.mark.parametrize("content", ["album", "one.iso"])
@pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
class TestAgreement:
    def test_upload(
        self, torrents: dict[tuple[str, str], bytes], content: str, version: str
    ) -> None:
        data = torrents[content, version]
        metainfo = parse(data)
        assert (metainfo.info_hash, metainfo.info_hash_v2) == hashes(data)
        assert expected_files(metainfo) == files(data)

    @pytest.mark.parametrize("source", [None, "Site"])
    def test_download(
        self,
        torrents: dict[tuple[str, str], bytes],
        content: str,
        version: str,
        source: str | None,
    ) -> None:
        metainfo = parse(torrents[content, version], private=True, source=source)
        data = wrap(
            metainfo.info,
            announce="http://site/key",
            comment="http://site/1",
            created_by="Pulsar",
            piece_layers=metainfo.piece_layers,
        )
        loaded = libtorrent.load_torrent_buffer(data)
        assert (metainfo.info_hash, metainfo.info_hash_v2) == hashes(data)
        assert expected_files(metainfo) == files(data)
        assert loaded.ti.priv()
        assert loaded.trackers == ["http://site/key"]
        assert loaded.comment == "http://site/1"


class TestCorners:
    def test_single_v2_file_under_another_name(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "v2")
        root[b"info"][b"name"] = b"A title"
        assert expected_files(parse(bencode(root))) == files(bencode(root))

    def test_bitcomet_padding(self) -> None:
        entries = [(b"a", 7), (b"_____padding_file_0_x", 2**14 - 7), (b"b", 7)]
        info = {
            b"files": [{b"length": size, b"path": [b"f", name]} for name, size in entries],
            b"name": b"x",
            b"piece length": 2**14,
            b"pieces": bytes(40),
        }
        data = bencode({b"info": info})
        assert expected_files(parse(data)) == files(data) == [("x/f/a", 7), ("x/f/b", 7)]

    def test_reads_a_name_that_we_refuse_to_differ(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "v1")
        root[b"info"][b"name.utf-8"] = b"virus.exe"
        assert files(bencode(root)) == [("virus.exe", 70_000)]


PIECE = 2**14
PADDED = {
    "one file": ([("a", 5)], True),
    "padding between": ([("a", 5), (None, PIECE - 5), ("b", 5)], True),
    "no padding": ([("a", 5), ("b", 5)], False),
    "too little": ([("a", 5), (None, 5), ("b", 5)], False),
    "a piece too much": ([("a", 5), (None, 2 * PIECE - 5), ("b", 5)], False),
    "in two parts": ([("a", 5), (None, 5), (None, PIECE - 10), ("b", 5)], False),
    "at the end": ([("a", 5), (None, PIECE - 5)], True),
    "too little at the end": ([("a", 5), (None, 1)], False),
    "an empty file before it": ([("a", 5), ("b", 0), (None, PIECE - 5), ("c", 5)], True),
    "an empty file after it": ([("a", 5), (None, PIECE - 5), ("b", 0), ("c", 5)], True),
    "an empty file without": ([("a", 5), ("b", 0)], True),
    "after an empty file": ([("a", 0), (None, PIECE), ("b", 5)], False),
    "without need": ([("a", PIECE), (None, 0), ("b", 5)], False),
}


@pytest.mark.parametrize(("layout", "good"), PADDED.values(), ids=PADDED.keys())
def test_hybrid_padding(layout: list[tuple[str | None, int]], good: bool) -> None:
    root = b"r" * 32
    entries = [
        {b"attr": b"p", b"length": size}
        if name is None
        else {b"length": size, b"path": [name.encode()]}
        for name, size in layout
    ]
    tree = {
        name.encode(): {b"": {b"length": size, b"pieces root": root} if size else {b"length": 0}}
        for name, size in layout
        if name is not None
    }
    info = {
        b"file tree": tree,
        b"files": entries,
        b"meta version": 2,
        b"name": b"x",
        b"piece length": PIECE,
        b"pieces": bytes(20 * -(-sum(size for _, size in layout) // PIECE)),
    }
    data = bencode({b"info": info, b"piece layers": {}})
    if good:
        assert expected_files(parse(data)) == files(data)
        return
    with pytest.raises(MetainfoError) as caught:
        parse(data)
    assert caught.value.code == "hybrid_unaligned"
    with pytest.raises(RuntimeError, match="does not match"):
        libtorrent.load_torrent_buffer(data)
