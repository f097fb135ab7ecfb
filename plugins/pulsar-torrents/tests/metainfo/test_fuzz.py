"""For any bytes, parse() raises MetainfoError or returns a torrent that survives a round trip."""

from __future__ import annotations

from typing import Any

import libtorrent
import pytest
from fastbencode import bdecode, bencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torrents.metainfo import Metainfo, MetainfoError, parse, wrap

# The examples are the same in each run, so that no build fails by chance.
SETTINGS = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Torrents = dict[tuple[str, str], bytes]

KINDS = st.sampled_from([(c, v) for c in ("album", "one.iso") for v in ("v1", "hybrid", "v2")])
SPLICES = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 8),
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from([b"i-1e", b"i0e", b"le", b"de", b"0:", b"1:.", b"e", b"d", b"l", b"i"]),
        ),
    ),
    max_size=3,
)
NAMES = st.sampled_from(
    [
        *[b"", b"attr", b"file tree", b"files", b"length", b"meta version", b"name", b"name.utf-8"],
        *[b"path", b"path.utf-8", b"piece length", b"pieces", b"pieces root", b"private"],
        *[b"source", b"symlink path"],
    ]
)
VALUES = st.recursive(
    st.one_of(
        st.integers(),
        st.sampled_from([0, 1, 2, 2**14, 2**15, 2**63 - 1, 2**63, 10**4000]),
        st.binary(max_size=40),
        st.text(max_size=5).map(str.encode),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(NAMES, st.binary()), inner, max_size=3),
    ),
    max_leaves=5,
)


def check(data: bytes) -> None:
    try:
        metainfo = parse(data)
    except MetainfoError as error:
        refused = error
    else:
        check_round(data, metainfo)
        return
    assert refused.code.replace("_", "").isalnum()
    assert str(refused).isprintable()


def check_round(data: bytes, metainfo: Metainfo) -> None:
    assert not metainfo.rehashed
    assert metainfo.info in data
    again = wrap(metainfo.info, announce="http://site/", piece_layers=metainfo.piece_layers)
    assert parse(again) == metainfo
    read = libtorrent.load_torrent_buffer(again).ti.info_hashes()
    assert read.has_v1() == (metainfo.info_hash is not None)
    assert read.has_v2() == (metainfo.info_hash_v2 is not None)
    assert metainfo.info_hash in (None, read.v1.to_bytes())
    assert metainfo.info_hash_v2 in (None, read.v2.to_bytes())


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container and key, or index, below a value."""
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    else:
        return []
    return [place for key, below in pairs for place in [(value, key), *places(below)]]


@SETTINGS
@given(data=st.binary(max_size=64))
def test_any_bytes(data: bytes) -> None:
    check(data)
    check(b"d4:info" + data + b"e")


@SETTINGS
@given(value=st.dictionaries(NAMES, VALUES))
def test_any_info(value: dict[bytes, Any]) -> None:
    check(bencode({b"info": value}))


@SETTINGS
@given(kind=KINDS, splices=SPLICES)
def test_spliced_bytes(
    torrents: Torrents, kind: tuple[str, str], splices: list[tuple[float, int, bytes]]
) -> None:
    data = torrents[kind]
    for position, length, patch in splices:
        start = int(position * len(data))
        data = data[:start] + patch + data[start + length :]
    check(data)


@SETTINGS
@given(kind=KINDS, choice=st.data())
def test_replaced_values(torrents: Torrents, kind: tuple[str, str], choice: st.DataObject) -> None:
    root = bdecode(torrents[kind])
    for _ in range(choice.draw(st.integers(1, 3))):
        container, key = choice.draw(st.sampled_from(places(root)))
        action = choice.draw(st.sampled_from(["replace", "remove", "add"]))
        if action == "remove" and key in (container if isinstance(container, dict) else range(0)):
            del container[key]
        elif action == "add" and isinstance(container, dict):
            container[choice.draw(st.one_of(NAMES, st.binary(max_size=4)))] = choice.draw(VALUES)
        else:
            container[key] = choice.draw(VALUES)
    check(bencode(root))


@pytest.mark.parametrize("kind", [("album", "v1"), ("album", "hybrid"), ("album", "v2")])
def test_every_cut(torrents: Torrents, kind: tuple[str, str]) -> None:
    data = torrents[kind]
    for length in range(len(data)):
        with pytest.raises(MetainfoError):
            parse(data[:length])
