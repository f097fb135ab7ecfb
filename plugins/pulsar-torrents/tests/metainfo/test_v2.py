"""File trees, piece layers, and hybrids (BEP 52)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from fastbencode import bencode

from torrents.metainfo import Limits, MetainfoError, parse
from torrents.metainfo.v2 import merkle_root

Root = dict[bytes, Any]
Break = Callable[[Root], object]


def tree(root: Root) -> Root:
    return root[b"info"][b"file tree"]


def entry(root: Root) -> Root:
    """Return the description of "a.flac", which is larger than a piece."""
    return tree(root)[b"a.flac"][b""]


def layer_of(root: Root) -> bytes:
    return root[b"piece layers"][entry(root)[b"pieces root"]]


def set_layer(root: Root, layer: object) -> None:
    root[b"piece layers"][entry(root)[b"pieces root"]] = layer


def code_of(root: Root, limits: Limits | None = None) -> str:
    with pytest.raises(MetainfoError) as caught:
        parse(bencode(root), limits or Limits())
    assert str(caught.value).endswith(".")
    return caught.value.code


WRONG: dict[str, tuple[Break, str]] = {
    "no tree": (lambda r: r[b"info"].pop(b"file tree"), "missing_file_tree"),
    "an empty tree": (lambda r: tree(r).clear(), "empty_file_list"),
    "a tree that is a list": (lambda r: r[b"info"].update({b"file tree": []}), "missing_file_tree"),
    "a root that is a file": (
        lambda r: r[b"info"].update({b"file tree": tree(r)[b"a.flac"]}),
        "bad_file_tree",
    ),
    "an empty folder": (lambda r: tree(r).update({b"folder": {}}), "bad_file_tree"),
    "a node that is a number": (lambda r: tree(r).update({b"folder": 1}), "bad_file_tree"),
    "an undescribed file": (lambda r: tree(r)[b"a.flac"].update({b"": b""}), "bad_file_tree"),
    "a file that is a folder": (
        lambda r: tree(r)[b"a.flac"].update({b"b": {b"": {b"length": 0}}}),
        "file_and_folder",
    ),
    "an unsafe name": (lambda r: tree(r).update({b"..": {b"": {b"length": 0}}}), "dot_name"),
    "the same name": (
        lambda r: tree(r).update({b"A.FLAC": {b"": {b"length": 0}}}),
        "duplicate_path",
    ),
    "a long path": (lambda r: tree(r).update({b"x" * 250: {b"": {b"length": 0}}}), "path_too_long"),
    "padding": (lambda r: entry(r).update({b"attr": b"p"}), "padding_in_tree"),
    "a symbolic link": (lambda r: entry(r).update({b"attr": b"l"}), "symlink"),
    "no length": (lambda r: entry(r).pop(b"length"), "bad_length"),
    "a negative length": (lambda r: entry(r).update({b"length": -1}), "bad_length"),
    "no root": (lambda r: entry(r).pop(b"pieces root"), "bad_pieces_root"),
    "a short root": (lambda r: entry(r).update({b"pieces root": b"r" * 31}), "bad_pieces_root"),
    "a root of zeros": (lambda r: entry(r).update({b"pieces root": bytes(32)}), "bad_pieces_root"),
    "a root for nothing": (lambda r: entry(r).update({b"length": 0}), "bad_pieces_root"),
    "another root": (lambda r: entry(r).update({b"pieces root": b"r" * 32}), "missing_piece_layer"),
    "no layers": (lambda r: r.pop(b"piece layers"), "missing_piece_layers"),
    "layers that are a list": (lambda r: r.update({b"piece layers": []}), "missing_piece_layers"),
    "a layer that is a number": (lambda r: set_layer(r, 1), "missing_piece_layer"),
    "a layer cut short": (lambda r: set_layer(r, layer_of(r)[:-32]), "bad_piece_layer_length"),
    "half a hash": (lambda r: set_layer(r, layer_of(r)[:-1]), "bad_piece_layer_length"),
    "a layer filled up": (
        lambda r: set_layer(r, layer_of(r) + bytes(32)),
        "bad_piece_layer_length",
    ),
    "a wrong layer": (lambda r: set_layer(r, b"x" + layer_of(r)[1:]), "bad_piece_layer"),
    "swapped hashes": (
        lambda r: set_layer(r, layer_of(r)[32:64] + layer_of(r)[:32] + layer_of(r)[64:]),
        "bad_piece_layer",
    ),
    "a layer of no file": (
        lambda r: r[b"piece layers"].update({b"z" * 32: bytes(64)}),
        "unknown_piece_layer",
    ),
    "a piece below a block": (
        lambda r: r[b"info"].update({b"piece length": 2**13}),
        "piece_length_out_of_range",
    ),
    "another piece length": (
        lambda r: r[b"info"].update({b"piece length": 2**14}),
        "bad_piece_layer_length",
    ),
}


class TestWrongV2:
    @pytest.mark.parametrize(("spoil", "code"), WRONG.values(), ids=WRONG.keys())
    def test_code(self, decoded: Callable[..., Any], spoil: Break, code: str) -> None:
        root = decoded("album", "v2")
        spoil(root)
        assert code_of(root) == code

    def test_blocks_bound_piece_length_whatever_the_limits(
        self, decoded: Callable[..., Any]
    ) -> None:
        root = decoded("album", "v2")
        root[b"info"][b"piece length"] = 2**13
        assert code_of(root, Limits(min_piece_length=1)) == "piece_length_out_of_range"

    def test_a_long_name_that_no_file_has(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "v2")
        root[b"info"][b"name"] = b"x" * 256
        assert code_of(root) == "name_too_long"

    def test_long_folders_are_not_copied_for_each_file(self) -> None:
        node: Root = {b"%d" % i: {b"": {b"length": 0}} for i in range(1000)}
        for _ in range(90):
            node = {b"x" * 250: node}
        info = {b"file tree": node, b"meta version": 2, b"name": b"x", b"piece length": 2**14}
        assert code_of({b"info": info, b"piece layers": {}}) == "path_too_long"

    def test_total_over_63_bits(self) -> None:
        file = {b"": {b"length": 2**62, b"pieces root": b"r" * 32}}
        tree = {b"a": file, b"b": file}
        info = {b"file tree": tree, b"meta version": 2, b"name": b"x", b"piece length": 2**62}
        root = {b"info": info, b"piece layers": {}}
        assert code_of(root, Limits(max_piece_length=2**62)) == "too_big"


class TestTakenByEveryClient:
    @pytest.mark.parametrize("version", ["v2", "hybrid"])
    def test_zeros_as_the_root_of_an_empty_file(
        self, decoded: Callable[..., Any], version: str
    ) -> None:
        """libtorrent 2.0.0 to 2.0.3 wrote zeros."""
        root = decoded("album", version)
        empty = tree(root)[b"live"][b"empty.txt"][b""]
        empty[b"pieces root"] = bytes(32)
        metainfo = parse(bencode(root))
        assert ("live/empty.txt", 0) in metainfo.files
        assert metainfo.info == bencode(root[b"info"])

    def test_no_layers_where_no_file_has_two_pieces(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "v2")
        root[b"info"][b"piece length"] = 2**17
        layer = root.pop(b"piece layers")
        [(file_root, hashes)] = layer.items()
        assert merkle_root(hashes, b"") == file_root
        metainfo = parse(bencode(root))
        assert metainfo.piece_layers == b"de"


class TestAllAtOnce:
    def test_names_and_layers(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v2")
        tree(root)[b"NUL"] = tree(root)[b"b?"] = {b"": {b"length": 1}}
        root[b"info"][b"private"] = 7
        root[b"info"][b"piece length"] = 3
        with pytest.raises(MetainfoError) as caught:
            parse(bencode(root))
        assert {caught.value.code, *(error.code for error in caught.value.others)} == {
            "piece_length_out_of_range",
            "device_name",
            "reserved_character",
            "bad_private",
        }

    def test_at_most_twenty(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v2")
        tree(root).update({b"%d?" % number: {b"": {b"length": 0}} for number in range(50)})
        with pytest.raises(MetainfoError) as caught:
            parse(bencode(root))
        sentences = caught.value.sentences
        assert sentences[20:] == [
            "There are 30 more faults.",
            "Rename the files or folders and create the torrent again.",
        ]


class TestEqualFiles:
    def test_share_a_layer(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v2")
        tree(root)[b"copy.flac"] = tree(root)[b"a.flac"]
        assert len(parse(bencode(root)).files) == 5

    def test_cannot_share_it_with_a_larger_one(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v2")
        tree(root)[b"copy.flac"] = {b"": {**entry(root), b"length": 2**20}}
        assert code_of(root) == "bad_piece_layer_length"


class TestMerkleRoot:
    @pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9])
    def test_fills_up_to_a_power_of_two(self, count: int) -> None:
        leaves = [sha256(bytes([i])).digest() for i in range(count)]
        whole = 1 << (count - 1).bit_length()
        level = leaves + [b"p" * 32] * (whole - count)
        while len(level) > 1:
            level = [sha256(a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
        assert merkle_root(b"".join(leaves), b"p" * 32) == level[0]


def grow_first_file(info: Root) -> None:
    """Take a byte from the padding, so that the pieces still fit."""
    info[b"files"][0][b"length"] += 1
    info[b"files"][1][b"length"] -= 1


class TestHybrid:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda i: i[b"files"].reverse(),
            lambda i: i[b"files"][0].update({b"path": [b"b.flac"]}),
            grow_first_file,
            lambda i: i[b"files"].insert(0, {b"length": 0, b"path": [b"0"]}),
            lambda i: i[b"files"][0].update({b"attr": b"p"}),
            lambda i: i[b"file tree"].update({b"z": {b"": {b"length": 0}}}),
        ],
        ids=["order", "name", "size", "only in v1", "padding in v1", "only in v2"],
    )
    def test_mismatch(self, decoded: Callable[..., Any], spoil: Break) -> None:
        root = decoded("album", "hybrid")
        spoil(root[b"info"])
        assert code_of(root) == "hybrid_mismatch"

    def test_single_file_of_another_name(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "hybrid")
        root[b"info"][b"name"] = b"two.iso"
        assert code_of(root) == "hybrid_mismatch"

    def test_unaligned(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "hybrid")
        info = root[b"info"]
        info[b"files"] = [file for file in info[b"files"] if b"p" not in file.get(b"attr", b"")]
        info[b"pieces"] = info[b"pieces"][: 20 * -(-450_010 // info[b"piece length"])]
        assert code_of(root) == "hybrid_unaligned"

    def test_v1_part_is_checked_too(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "hybrid")
        del root[b"info"][b"pieces"]
        assert code_of(root) == "missing_pieces"
