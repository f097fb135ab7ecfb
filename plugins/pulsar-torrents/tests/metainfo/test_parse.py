"""The results of parse() for valid torrents, and its errors for invalid ones."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha1, sha256
from typing import Any

import pytest
from fastbencode import bdecode, bencode

from torrents.metainfo import File, Limits, MetainfoError, parse

Info = dict[bytes, Any]
Break = Callable[[Info], object]

ALBUM = (
    File("a.flac", 150_000),
    File("live/c.txt", 10),
    File("live/d.flac", 300_000),
    File("live/empty.txt", 0),
)


def code_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(MetainfoError) as caught:
        parse(data, limits or Limits())
    assert str(caught.value).endswith(".")
    assert str(caught.value)[0].isupper()
    return caught.value.code


class TestGood:
    @pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
    def test_folder(self, torrents: dict[tuple[str, str], bytes], version: str) -> None:
        data = torrents["album", version]
        metainfo = parse(data)
        assert metainfo.version == version
        assert metainfo.name == "album"
        assert metainfo.files == ALBUM
        assert metainfo.size == 450_010
        assert metainfo.piece_length == 64 * 1024
        assert metainfo.multi_file
        assert not metainfo.private
        assert metainfo.source is None
        assert not metainfo.rehashed
        assert metainfo.info == bencode(bdecode(data)[b"info"])

    @pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
    def test_single_file(self, torrents: dict[tuple[str, str], bytes], version: str) -> None:
        metainfo = parse(torrents["one.iso", version])
        assert metainfo.name == "one.iso"
        assert metainfo.files == (File("one.iso", 70_000),)
        assert not metainfo.multi_file

    def test_one_v2_file_in_a_folder(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "v2")
        root[b"info"][b"file tree"] = {b"disc": root[b"info"][b"file tree"]}
        metainfo = parse(bencode(root))
        assert metainfo.files == (File("disc/one.iso", 70_000),)
        assert metainfo.multi_file

    def test_single_v2_file_keeps_its_name_in_the_tree(self, decoded: Callable[..., Any]) -> None:
        root = decoded("one.iso", "v2")
        root[b"info"][b"name"] = b"A title"
        metainfo = parse(bencode(root))
        assert metainfo.name == "A title"
        assert metainfo.files == (File("one.iso", 70_000),)
        assert not metainfo.multi_file

    def test_v1_has_no_v2_parts(self, torrents: dict[tuple[str, str], bytes]) -> None:
        metainfo = parse(torrents["album", "v1"])
        assert metainfo.info_hash == sha1(metainfo.info).digest()
        assert metainfo.info_hash_v2 is None
        assert metainfo.piece_layers is None

    def test_v2_has_no_v1_hash(self, torrents: dict[tuple[str, str], bytes]) -> None:
        data = torrents["album", "v2"]
        metainfo = parse(data)
        assert metainfo.info_hash is None
        assert metainfo.info_hash_v2 == sha256(metainfo.info).digest()
        assert metainfo.piece_layers == bencode(bdecode(data)[b"piece layers"])

    def test_hybrid_has_both_hashes(self, torrents: dict[tuple[str, str], bytes]) -> None:
        metainfo = parse(torrents["album", "hybrid"])
        assert metainfo.info_hash == sha1(metainfo.info).digest()
        assert metainfo.info_hash_v2 == sha256(metainfo.info).digest()

    def test_unknown_keys_stay_in_the_info_dictionary(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v1")
        root[b"info"][b"x_cross_seed"] = [b"\xff", {b"deep": -1}]
        assert parse(bencode(root)).info == bencode(root[b"info"])


class TestPadding:
    @pytest.mark.parametrize(
        "padding",
        [
            {b"attr": b"p", b"path": [b".pad", b"7"]},
            {b"attr": b"xp"},
            {b"path": [b"_____padding_file_0_see BitComet"]},
        ],
        ids=["BEP 47", "no path", "BitComet"],
    )
    def test_counts_for_pieces_only(self, padding: Info) -> None:
        padding = {b"length": 2**14 - 7, **padding}
        files = [{b"length": 7, b"path": [name]} for name in (b"a", b"b")]
        info = {
            b"files": [files[0], padding, files[1], padding],
            b"name": b"x",
            b"piece length": 2**14,
            b"pieces": bytes(40),
        }
        metainfo = parse(bencode({b"info": info}))
        assert metainfo.files == (File("a", 7), File("b", 7))
        assert metainfo.size == 14

    def test_unsafe_path(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "hybrid")
        next(f for f in root[b"info"][b"files"] if b"attr" in f)[b"path"] = [b"..", b"1"]
        assert code_of(bencode(root)) == "dot_name"


class TestStamp:
    def test_right_already(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "hybrid")
        root[b"info"].update({b"private": 1, b"source": b"Site"})
        data = bencode(root)
        metainfo = parse(data, private=True, source="Site")
        assert not metainfo.rehashed
        assert metainfo.info == bencode(root[b"info"])
        assert metainfo.info in data

    @pytest.mark.parametrize("version", ["v1", "hybrid", "v2"])
    @pytest.mark.parametrize(
        "before", [{}, {b"private": 0}, {b"private": 1, b"source": b"Other"}, {b"source": b"Site"}]
    )
    def test_set(self, decoded: Callable[..., Any], version: str, before: Info) -> None:
        root = decoded("album", version)
        root[b"info"].update(before)
        metainfo = parse(bencode(root), private=True, source="Site")
        assert metainfo.rehashed
        assert metainfo.private
        assert metainfo.source == "Site"
        assert metainfo.info == bencode({**root[b"info"], b"private": 1, b"source": b"Site"})
        assert metainfo.info_hash in (None, sha1(metainfo.info).digest())
        assert metainfo.info_hash_v2 in (None, sha256(metainfo.info).digest())

    def test_is_stable(self, torrents: dict[tuple[str, str], bytes]) -> None:
        data = torrents["album", "v1"]
        first = parse(data, private=True, source="Site")
        assert parse(data, private=True, source="Site") == first
        again = parse(b"d4:info" + first.info + b"e", private=True, source="Site")
        assert not again.rehashed
        assert again.info_hash == first.info_hash

    def test_public(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v1")
        assert not parse(bencode(root), private=False).rehashed
        root[b"info"][b"private"] = 1
        metainfo = parse(bencode(root), private=False)
        assert metainfo.rehashed
        assert not metainfo.private

    def test_none_leaves_both(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v1")
        root[b"info"].update({b"private": 1, b"source": b"Other"})
        metainfo = parse(bencode(root))
        assert metainfo.private
        assert metainfo.source == "Other"
        assert not metainfo.rehashed


def first_file(**fields: Any) -> Break:
    return lambda info: info[b"files"][0].update(
        {name.replace("_", " ").encode(): value for name, value in fields.items()}
    )


WRONG_V1: dict[str, tuple[Break, str]] = {
    "no name": (lambda i: i.pop(b"name"), "missing_name"),
    "a name that is no string": (lambda i: i.update({b"name": 7}), "missing_name"),
    "an unsafe name": (lambda i: i.update({b"name": b"../etc"}), "path_separator"),
    "a name for some clients": (lambda i: i.update({b"name.utf-8": b"x"}), "name_mismatch"),
    "a long name": (lambda i: i.update({b"name": b"x" * 256}), "name_too_long"),
    "a long folder": (lambda i: i.update({b"name": b"x" * 245}), "path_too_long"),
    "no piece length": (lambda i: i.pop(b"piece length"), "missing_piece_length"),
    "piece length 0": (lambda i: i.update({b"piece length": 0}), "piece_length_out_of_range"),
    "a negative one": (
        lambda i: i.update({b"piece length": -(2**15)}),
        "piece_length_out_of_range",
    ),
    "a small one": (lambda i: i.update({b"piece length": 2**13}), "piece_length_out_of_range"),
    "a large one": (lambda i: i.update({b"piece length": 2**27}), "piece_length_out_of_range"),
    "an odd one": (
        lambda i: i.update({b"piece length": 2**15 + 1}),
        "piece_length_not_power_of_two",
    ),
    "no pieces": (lambda i: i.pop(b"pieces"), "missing_pieces"),
    "a list of pieces": (lambda i: i.update({b"pieces": []}), "missing_pieces"),
    "half a hash": (lambda i: i.update({b"pieces": i[b"pieces"][:-1]}), "bad_pieces"),
    "a hash missing": (lambda i: i.update({b"pieces": i[b"pieces"][:-20]}), "wrong_piece_count"),
    "a hash too many": (
        lambda i: i.update({b"pieces": i[b"pieces"] + bytes(20)}),
        "wrong_piece_count",
    ),
    "no files": (lambda i: i.pop(b"files"), "missing_files"),
    "a length and files": (lambda i: i.update({b"length": 1}), "length_and_files"),
    "files that are no list": (lambda i: i.update({b"files": {}}), "bad_file_list"),
    "a file that is no dictionary": (lambda i: i[b"files"].append(b"x"), "bad_file_list"),
    "an empty list": (lambda i: i.update({b"files": [], b"pieces": b""}), "empty_file_list"),
    "empty files": (
        lambda i: i.update({b"files": [{b"length": 0, b"path": [b"a"]}], b"pieces": b""}),
        "empty",
    ),
    "no length": (lambda i: i[b"files"][0].pop(b"length"), "bad_length"),
    "a length in words": (first_file(length=b"7"), "bad_length"),
    "a negative length": (first_file(length=-1), "bad_length"),
    "a length of 2^63": (first_file(length=2**63), "huge_number"),
    "no path": (lambda i: i[b"files"][0].pop(b"path"), "bad_path"),
    "an empty path": (first_file(path=[]), "bad_path"),
    "a path upwards": (first_file(path=[b"..", b"x"]), "dot_name"),
    "an absolute path": (first_file(path=[b"", b"etc", b"passwd"]), "empty_name"),
    "a Latin-1 path": (first_file(path=[b"\xe9"]), "not_utf8"),
    "a path for some clients": (
        lambda i: i[b"files"][0].update({b"path.utf-8": [b"virus.exe"]}),
        "name_mismatch",
    ),
    "the same path": (first_file(path=[b"LIVE", b"c.txt"]), "duplicate_path"),
    "a file that is a folder": (first_file(path=[b"live"]), "file_and_folder"),
    "a symbolic link": (first_file(attr=b"l", symlink_path=[b".."]), "symlink"),
    "attributes that are no string": (first_file(attr=1), "bad_attr"),
    "private 2": (lambda i: i.update({b"private": 2}), "bad_private"),
    "private in words": (lambda i: i.update({b"private": b"1"}), "bad_private"),
    "a source that is no string": (lambda i: i.update({b"source": 1}), "bad_source"),
    "a Latin-1 source": (lambda i: i.update({b"source": b"\xe9"}), "bad_source"),
    "a source with NUL": (lambda i: i.update({b"source": b"a\0"}), "bad_source"),
    "a long source": (lambda i: i.update({b"source": b"a" * 256}), "bad_source"),
    "meta version 1": (lambda i: i.update({b"meta version": 1}), "unknown_meta_version"),
    "meta version 3": (lambda i: i.update({b"meta version": 3}), "unknown_meta_version"),
    "meta version in words": (lambda i: i.update({b"meta version": b"2"}), "unknown_meta_version"),
    "no file tree": (lambda i: i.update({b"meta version": 2}), "missing_file_tree"),
    "a tree without version": (lambda i: i.update({b"file tree": {}}), "missing_meta_version"),
}


class TestWrongV1:
    @pytest.mark.parametrize(("spoil", "code"), WRONG_V1.values(), ids=WRONG_V1.keys())
    def test_code(self, decoded: Callable[..., Any], spoil: Break, code: str) -> None:
        root = decoded("album", "v1")
        spoil(root[b"info"])
        assert code_of(bencode(root)) == code

    @pytest.mark.parametrize("info", [None, b"", 1, []])
    def test_no_info(self, info: object) -> None:
        root = {} if info is None else {b"info": info}
        assert code_of(bencode(root)) == "missing_info"

    def test_too_many_files(self, decoded: Callable[..., Any]) -> None:
        for version in ("v1", "hybrid", "v2"):
            data = bencode(decoded("album", version))
            assert len(parse(data, Limits(max_files=4)).files) == 4
            assert code_of(data, Limits(max_files=3)) == "too_many_files"

    def test_too_many_padding_files(self) -> None:
        padding = {b"attr": b"p", b"length": 2**14}
        files = [{b"length": 2**14, b"path": [b"a"]}, *[padding] * 4]
        info = {b"files": files, b"name": b"x", b"piece length": 2**14, b"pieces": bytes(100)}
        assert code_of(bencode({b"info": info}), Limits(max_files=2)) == "too_many_files"
        assert len(parse(bencode({b"info": info}), Limits(max_files=3)).files) == 1

    def test_sentence_escapes_what_it_quotes(self, decoded: Callable[..., Any]) -> None:
        root = decoded("album", "v1")
        root[b"info"][b"files"][0][b"path"] = ["photo\u202egpj.exe".encode()]
        with pytest.raises(MetainfoError, match=r"^The name 'photo\\u202egpj\.exe' contains"):
            parse(bencode(root))
