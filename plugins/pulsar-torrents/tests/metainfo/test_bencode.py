"""Encodings that are refused before they are decoded."""

from __future__ import annotations

import tracemalloc
from importlib.util import find_spec, module_from_spec

import pytest
from fastbencode import bdecode

from torrents.metainfo import Limits, MetainfoError, parse
from torrents.metainfo.bencode import cut, encode, encoded

DEEP = 10_000_000

MALFORMED = {
    "nothing": (b"", "not_a_torrent"),
    "a web page": (b"<!DOCTYPE html>", "not_a_torrent"),
    "a list": (b"l4:infoe", "not_a_torrent"),
    "only the beginning": (b"d", "truncated"),
    "cut in a string": (b"d4:info5:ab", "truncated"),
    "cut in a number": (b"d1:ai12", "truncated"),
    "cut in a list": (b"d1:al", "truncated"),
    "a key without a value": (b"d1:ae", "not_bencode"),
    "an unknown type": (b"d1:axe", "not_bencode"),
    "a negative length": (b"d1:a-1:be", "not_bencode"),
    "a length without a string": (b"d1:a4", "not_bencode"),
    "a length over the end": (b"d1:a99999999999999999:be", "truncated"),
    "a length over any size": (b"d1:a" + b"9" * 5000 + b":be", "not_bencode"),
    "bytes after the end": (b"d1:ai1ee\n", "trailing_bytes"),
    "unsorted keys": (b"d1:bi1e1:ai1ee", "unsorted_keys"),
    "a repeated key": (b"d1:ai1e1:ai1ee", "unsorted_keys"),
    "unsorted keys below": (b"d4:infod1:bi1e1:ai1eee", "unsorted_keys"),
    "a number as a key": (b"di1ei1ee", "bad_key"),
    "a leading zero": (b"d1:ai01ee", "bad_number"),
    "a leading zero in a length": (b"d1:a01:be", "bad_number"),
    "minus zero": (b"d1:ai-0ee", "bad_number"),
    "a plus": (b"d1:ai+1ee", "bad_number"),
    "a space": (b"d1:ai 1ee", "bad_number"),
    "an underscore": (b"d1:ai1_0ee", "bad_number"),
    "a fraction": (b"d1:ai1.5ee", "bad_number"),
    "no digits": (b"d1:aiee", "bad_number"),
    "2^63": (b"d1:al0:i9223372036854775808eee", "huge_number"),
    "less than -2^63": (b"d1:ai-9223372036854775809ee", "huge_number"),
    "the largest numbers": (
        b"d1:ai9223372036854775807e1:bi-9223372036854775808ee",
        "missing_info",
    ),
    "a string like a long number": (b"d1:a22:i12345678901234567890ee", "missing_info"),
    "5000 digits": (b"d1:ai" + b"9" * 5000 + b"ee", "huge_number"),
    "endless lists": (b"d1:a" + b"l" * DEEP, "too_deep"),
    "endless dictionaries": (b"d0:" * (DEEP // 3), "too_deep"),
    "millions of lists": (b"d1:al" + b"le" * (DEEP // 2) + b"ee", "too_many_values"),
}


@pytest.mark.parametrize(("data", "code"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(data: bytes, code: str) -> None:
    with pytest.raises(MetainfoError) as caught:
        parse(data)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_pure_python_fallback_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = find_spec("torrents.metainfo.bencode")
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setattr("fastbencode.bdecode", lambda data, max_depth=None: {})
    with pytest.raises(ImportError, match="not strict"):
        spec.loader.exec_module(module_from_spec(spec))


class TestBounds:
    def test_size_is_looked_at_first(self) -> None:
        with pytest.raises(MetainfoError) as caught:
            parse(b"x" * 11, Limits(max_size=10))
        assert caught.value.code == "too_large"
        assert str(caught.value) == "The file is larger than 10 bytes."

    @pytest.mark.parametrize(("depth", "code"), [(99, "missing_info"), (100, "too_deep")])
    def test_depth_counts_the_root(self, depth: int, code: str) -> None:
        with pytest.raises(MetainfoError) as caught:
            parse(b"d1:a" + b"l" * depth + b"e" * depth + b"e", Limits(max_depth=100))
        assert caught.value.code == code

    @pytest.mark.parametrize(
        "data",
        [b"d1:a" + b"l" * DEEP, b"d1:al" + b"le" * (DEEP // 2) + b"ee"],
        ids=["deep", "wide"],
    )
    def test_hostile_nesting_takes_no_memory(self, data: bytes) -> None:
        tracemalloc.start()
        try:
            with pytest.raises(MetainfoError):
                parse(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 1024**2


class TestCut:
    @pytest.mark.parametrize("key", [b"a", b"bb", b"c"])
    def test_returns_the_value_as_it_stands(self, key: bytes) -> None:
        data = b"d1:ad1:xi1ee2:bbli-5ee1:c0:e"
        root = bdecode(data)
        assert cut(data, root, key) == encode(root[key])

    def test_encoded_is_copied(self) -> None:
        assert encode({b"a": encoded(b"d1:b0:1:a0:e")}) == b"d1:ad1:b0:1:a0:ee"
