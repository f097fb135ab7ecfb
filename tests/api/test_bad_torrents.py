"""Invalid torrents are refused with a sentence about the file, and nothing is stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastbencode import bdecode, bencode  # type: ignore[attr-defined]

from pulsar.testing.case import Case
from pulsar.testing.examples import Form
from pulsar.testing.operations import Operation
from torrents.examples import torrent_file

LIMIT = 10 * 2**20
GOOD = torrent_file("Good")


def changed(**info: Any) -> bytes:
    """Return the valid torrent with other members of its info dictionary; None removes one."""
    root = bdecode(GOOD)
    for name, value in info.items():
        root[b"info"][name.replace("_", " ").encode()] = value
    root[b"info"] = {key: value for key, value in root[b"info"].items() if value is not None}
    return bytes(bencode(root))


def of_files(*paths: list[bytes]) -> bytes:
    """Return the valid torrent with a folder of files of one byte each."""
    files = [{b"length": 1, b"path": path} for path in paths]
    return changed(length=None, files=files, pieces=bytes(20))


def zipped() -> bytes:
    """Return a ZIP archive with the valid torrent."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("good.torrent", GOOD)
    return archive.getvalue()


BAD: dict[str, bytes] = {
    "empty": b"",
    "text": b"This is no torrent.",
    "zip": zipped(),
    "json": b'{"info": {}}',
    "html": b"<!doctype html><title>Log in</title>",
    "truncated": GOOD[:-1],
    "half": GOOD[: len(GOOD) // 2],
    "more behind": GOOD + b"e",
    "newline behind": GOOD + b"\n",
    "twice": GOOD + GOOD,
    "key twice": GOOD.replace(b"4:name4:Good", b"4:name4:Good4:name4:Good"),
    "unsorted keys": b"d4:infod4:name1:x6:lengthi1eee",
    "unsorted root": GOOD.replace(b"d8:announce", b"d8:zannounc"),
    "key that is a number": b"d4:infodi1ei2eee",
    "leading zero": GOOD.replace(b"i32768e", b"i032768e"),
    "minus zero": GOOD.replace(b"7:privatei1e", b"7:privatei-0e"),
    "number without digits": GOOD.replace(b"7:privatei1e", b"7:privateie"),
    "number of 20 digits": GOOD.replace(b"i32768e", b"i" + b"9" * 20 + b"e"),
    "number of 5000 digits": GOOD.replace(b"i32768e", b"i" + b"9" * 5000 + b"e"),
    "string longer than the file": GOOD.replace(b"4:Good", b"999999999999:Good"),
    "string of negative length": GOOD.replace(b"4:Good", b"-4:Good"),
    "deep lists": b"l" * (LIMIT - 1),
    "deep lists, closed": b"d4:info" + b"l" * (LIMIT // 2 - 8) + b"e" * (LIMIT // 2 - 8) + b"e",
    "deep dictionaries": b"d1:a" * (LIMIT // 4),
    "many numbers": b"d4:infol" + b"i1e" * (LIMIT // 3 - 8) + b"ee",
    "list": b"l4:infoe",
    "number": b"i1e",
    "no info": b"d8:announce1:xe",
    "info of another type": b"d4:info1:xe",
    "no name": changed(name=None),
    "empty name": changed(name=b""),
    "name that is no UTF-8": changed(name=b"\xff\xfe"),
    "name with a slash": changed(name=b"a/b"),
    "name with NUL": changed(name=b"a\0b"),
    "name with an override": changed(name="a\u202eb".encode()),
    "long name": changed(name=b"x" * 1000),
    "name of a device": changed(name=b"CON"),
    "path up": of_files([b"..", b"etc", b"passwd"]),
    "path up inside": of_files([b"a", b"..", b"..", b"b"]),
    "path that is absolute": of_files([b"/etc/passwd"]),
    "path with a backslash": of_files([b"..\\..\\boot.ini"]),
    "path with an empty part": of_files([b"a", b"", b"b"]),
    "path without parts": of_files([]),
    "the same path twice": of_files([b"a"], [b"a"]),
    "the same path in other case": of_files([b"a"], [b"A"]),
    "a file that is a folder too": of_files([b"a"], [b"a", b"b"]),
    "no files": changed(length=None, files=[]),
    "files of another type": changed(length=None, files=b"x"),
    "length and files": changed(files=[{b"length": 1, b"path": [b"a"]}]),
    "negative length": changed(length=-1),
    "nothing inside": changed(length=0, pieces=b""),
    "more than 2^63 bytes": changed(length=2**63 - 1, piece_length=2**26),
    "no piece length": changed(piece_length=None),
    "piece length 0": changed(piece_length=0),
    "negative piece length": changed(piece_length=-16384),
    "piece length no power of two": changed(piece_length=16385),
    "small piece length": changed(piece_length=1),
    "huge piece length": changed(piece_length=2**40),
    "pieces cut": changed(pieces=bytes(39)),
    "too few pieces": changed(pieces=bytes(20)),
    "too many pieces": changed(pieces=bytes(60)),
    "no pieces": changed(pieces=None),
    "private of another type": changed(private=b"1"),
    "private 2": changed(private=2),
    "source of another type": changed(source=[1]),
    "unknown version": changed(meta_version=3),
    "v2 without a file tree": changed(meta_version=2),
}


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestUpload:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return str(operation) == "POST /torrents"

    @pytest.fixture
    def post(self, case: Case) -> Iterator[Callable[[bytes], Any]]:
        """Upload a file in an otherwise valid form."""
        form = case.world.body(case.operation)
        assert isinstance(form, Form)

        def send(data: bytes) -> Any:
            return case.client.upload(case.path, form.fields, [("file", "x.torrent", data)])

        with case.on_trial():
            yield send

    @pytest.mark.parametrize("what", BAD)
    def test_bad_ones(self, case: Case, post: Callable[[bytes], Any], what: str) -> None:
        assert BAD[what] != GOOD
        answer = post(BAD[what])
        case.expect(what, answer, 400, "invalid", "file")
        *faults, remedy = answer.json["errors"]["file"]
        assert faults
        for sentence in (*faults, remedy):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
        assert "again" in remedy
        assert answer.json["reason"]

    @pytest.mark.parametrize("size", [LIMIT + 1, 11 * 2**20, 64 * 2**20])
    def test_large_ones(self, case: Case, post: Callable[[bytes], Any], size: int) -> None:
        answer = post(GOOD.ljust(size, b"e"))
        case.expect(f"{size} bytes", answer, 413, "too_large", "file")
        (sentence,) = answer.json["errors"]["file"]
        assert sentence.endswith("bytes.")
