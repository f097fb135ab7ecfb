"""Query strings as clients send them, and as nobody should."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.protocol.errors import TrackerError
from tracker.protocol.query import Limits, parse_announce, parse_scrape

PEER = "10.20.30.40"
GOOD = {
    "info_hash": "a" * 20,
    "peer_id": "-XX0001-123456789012",
    "port": "6881",
    "uploaded": "1",
    "downloaded": "2",
    "left": "3",
}


def query(**changes: str | None) -> str:
    """A good query with some parameters changed, and without those that are None."""
    parameters = {**GOOD, **changes}
    return "&".join(f"{name}={value}" for name, value in parameters.items() if value is not None)


# As captured from the programs, which were seeding a torrent of one file.
CAPTURED = {
    "libtorrent 2.1": (
        "info_hash=%5c%ec.%02%14B%26Lo%05%e3H%03N1%15-%ed%d5x&peer_id=-LT2110-WC2b4T6Y)QDy"
        "&port=26881&uploaded=0&downloaded=0&left=0&corrupt=0&key=6E0EC374&event=started"
        "&numwant=200&compact=1&no_peer_id=1&supportcrypto=1&redundant=0",
        {
            "info_hash": bytes.fromhex("5cec2e021442264c6f05e348034e31152dedd578"),
            "peer_id": b"-LT2110-WC2b4T6Y)QDy",
            "port": 26881,
            "event": "started",
            "numwant": 100,
            "no_peer_id": True,
            "key": b"6E0EC374",
        },
    ),
    "libtorrent 2.1, stopping, v2 torrent": (
        "info_hash=%5d%bc%fc%1d%9fK%824%0c%3ao%d6%c9%be%ee%89%cd%ad%fbf"
        "&peer_id=-LT2110-6MKyC0yJF2Zi&port=26881&uploaded=0&downloaded=0&left=0&corrupt=0"
        "&key=88F223A6&event=stopped&numwant=0&compact=1&no_peer_id=1&supportcrypto=1&redundant=0",
        {
            "info_hash": bytes.fromhex("5dbcfc1d9f4b82340c3a6fd6c9beee89cdadfb66"),
            "event": "stopped",
            "numwant": 0,
        },
    ),
    "aria2 1.36": (
        "info_hash=%5C%EC.%02%14B%26Lo%05%E3H%03N1%15-%ED%D5x"
        "&peer_id=A2-1-36-0-%80%FE%92%BA%3B%CE%F1%9A%D0%DF&uploaded=0&downloaded=0&left=0"
        "&compact=1&key=%92%BA%3B%CE%F1%9A%D0%DF&numwant=50&no_peer_id=1&port=26882"
        "&event=started&supportcrypto=1",
        {
            "peer_id": b"A2-1-36-0-\x80\xfe\x92\xba;\xce\xf1\x9a\xd0\xdf",
            "key": b"\x92\xba;\xce\xf1\x9a\xd0\xdf",
            "numwant": 50,
        },
    ),
    "transmission 3.00": (
        "info_hash=%5c%ec.%02%14B%26Lo%05%e3H%03N1%15-%ed%d5x&peer_id=-TR3000-tpw1aw7jlbfe"
        "&port=26883&uploaded=0&downloaded=0&left=0&numwant=80&key=9e5b6c&compact=1"
        "&supportcrypto=1&event=started",
        {"peer_id": b"-TR3000-tpw1aw7jlbfe", "key": b"9e5b6c", "numwant": 80, "no_peer_id": False},
    ),
    "rtorrent 0.9.8": (
        "info_hash=%5C%EC%2E%02%14B%26Lo%05%E3H%03N1%15-%ED%D5x"
        "&peer_id=-lt0D80-%3E%F5%91%E5%16%2F%9Ec%C3d%85%01&key=5fde3581&compact=1&port=26884"
        "&uploaded=0&downloaded=0&left=0&event=started",
        {"peer_id": b"-lt0D80->\xf5\x91\xe5\x16/\x9ec\xc3d\x85\x01", "numwant": 50},
    ),
}


class TestRealClients:
    @pytest.mark.parametrize("client", CAPTURED)
    @pytest.mark.parametrize("convert", [str, str.encode], ids=["str", "bytes"])
    def test_is_read(self, client: str, convert) -> None:
        text, expected = CAPTURED[client]
        announce = parse_announce(convert(text), PEER)
        assert {name: getattr(announce, name) for name in expected} == expected
        assert (announce.uploaded, announce.downloaded, announce.left) == (0, 0, 0)
        assert announce.compact

    def test_escapes_may_differ(self) -> None:
        v1 = [text for text, _ in CAPTURED.values() if "%14B%26Lo" in text]
        assert len({parse_announce(text, PEER).info_hash for text in v1}) == 1
        assert len(v1) == 4

    def test_ctorrent_asks_for_100(self) -> None:
        text = query(peer_id="-CD0303-%01%02%03%04%05%06%07%08%09%0a%0b%0c", numwant="100")
        assert parse_announce(text, PEER).numwant == 100

    def test_unescaped_bytes(self) -> None:
        raw = bytes(range(0x80, 0x94))
        text = query(info_hash=raw.decode("latin-1"))
        assert parse_announce(text, PEER).info_hash == raw
        assert parse_announce(text.encode("latin-1"), PEER).info_hash == raw

    def test_plus_is_a_space(self) -> None:
        text = query(info_hash="+%2B%20" + "a" * 17)
        assert parse_announce(text, PEER).info_hash == b" + " + b"a" * 17

    def test_parameters_nobody_knows_are_ignored(self) -> None:
        text = query(corrupt="x", redundant="-1", supportcrypto="", passkey="1", ip="1.2.3.4")
        assert parse_announce("&" + text + "&&=&x&passkey=2", PEER).port == 6881

    @given(st.binary(min_size=20, max_size=20), st.text("!()*'-._~/:@$,;", max_size=8))
    def test_any_hash_however_escaped(self, raw: bytes, safe: str) -> None:
        text = query(info_hash=quote_from_bytes(raw, safe=safe))
        assert parse_announce(text, PEER).info_hash == raw
        assert parse_scrape("info_hash=" + quote_from_bytes(raw, safe=safe)) == (raw,)


class TestDefaults:
    def test_values(self) -> None:
        announce = parse_announce(query(), PEER)
        assert announce.event == ""
        assert announce.numwant == 50
        assert announce.compact
        assert not announce.no_peer_id
        assert announce.key is None
        assert (announce.uploaded, announce.downloaded, announce.left) == (1, 2, 3)

    @pytest.mark.parametrize(
        ("given_event", "event"), [("empty", ""), ("", ""), ("paused", "paused")]
    )
    def test_event(self, given_event: str, event: str) -> None:
        assert parse_announce(query(event=given_event), PEER).event == event

    def test_compact_can_be_refused(self) -> None:
        assert not parse_announce(query(compact="0"), PEER).compact

    @pytest.mark.parametrize(
        ("asked", "numwant"), [("0", 0), ("-1", 50), ("7", 7), ("100", 100), ("101", 100)]
    )
    def test_numwant(self, asked: str, numwant: int) -> None:
        assert parse_announce(query(numwant=asked), PEER).numwant == numwant

    def test_limits(self) -> None:
        limits = Limits(min_port=1, numwant=5, max_numwant=8)
        announce = parse_announce(query(port="80"), PEER, limits=limits)
        assert (announce.port, announce.numwant) == (80, 5)
        assert parse_announce(query(numwant="20"), PEER, limits=limits).numwant == 8

    def test_greatest_number(self) -> None:
        assert parse_announce(query(left=str(2**63 - 1)), PEER).left == 2**63 - 1


HOSTILE = [
    ({"info_hash": None}, "The parameter info_hash is missing."),
    ({"info_hash": ""}, "The info_hash has 0 bytes instead of 20."),
    ({"info_hash": "a" * 19}, "The info_hash has 19 bytes instead of 20."),
    ({"info_hash": "a" * 21}, "The info_hash has 21 bytes instead of 20."),
    ({"info_hash": "%61" * 32}, "The info_hash has 32 bytes instead of 20."),
    ({"info_hash": "a" * 40}, "The info_hash has 40 bytes instead of 20."),
    ({"info_hash": "%zz" + "a" * 19}, "The info_hash has an invalid percent escape."),
    ({"info_hash": "a" * 19 + "%"}, "The info_hash has an invalid percent escape."),
    ({"info_hash": "a" * 19 + "%4"}, "The info_hash has an invalid percent escape."),
    ({"info_hash": "a" * 19 + "%+1"}, "The info_hash has an invalid percent escape."),
    ({"info_hash": "a" * 19 + "%\xb2\xb3"}, "The info_hash has an invalid percent escape."),
    ({"peer_id": None}, "The parameter peer_id is missing."),
    ({"peer_id": ""}, "The peer_id has 0 bytes instead of 20."),
    ({"peer_id": "-XX0001-"}, "The peer_id has 8 bytes instead of 20."),
    ({"port": None}, "The parameter port is missing."),
    ({"port": ""}, "The parameter port is not a number."),
    ({"port": "0"}, "The port 0 is not allowed."),
    ({"port": "1023"}, "The port 1023 is not allowed."),
    ({"port": "65536"}, "The port 65536 is not allowed."),
    ({"port": "-1"}, "The parameter port is not a number."),
    ({"port": "6881.0"}, "The parameter port is not a number."),
    ({"port": "%36881"}, "The parameter port is not a number."),
    ({"port": "+6881"}, "The parameter port is not a number."),
    ({"port": " 6881"}, "The parameter port is not a number."),
    ({"port": "6_881"}, "The parameter port is not a number."),
    ({"port": "\xb2\xb3\xb9\xb2"}, "The parameter port is not a number."),
    ({"uploaded": None}, "The parameter uploaded is missing."),
    ({"uploaded": "-1"}, "The parameter uploaded is not a number."),
    ({"uploaded": "1e3"}, "The parameter uploaded is not a number."),
    ({"uploaded": "nan"}, "The parameter uploaded is not a number."),
    ({"uploaded": "1\x00"}, "The parameter uploaded is not a number."),
    ({"downloaded": str(2**63)}, "The parameter downloaded is too large."),
    ({"downloaded": "9" * 1000}, "The parameter downloaded is too large."),
    ({"left": "0" * 20}, "The parameter left is too large."),
    ({"left": "0x10"}, "The parameter left is not a number."),
    ({"event": "exploded"}, "The event is unknown."),
    ({"event": "started\x00"}, "The event is unknown."),
    ({"numwant": "-2"}, "The parameter numwant is not a number."),
    ({"numwant": str(2**64)}, "The parameter numwant is too large."),
    ({"key": "k" * 65}, "The key is too long."),
    ({"key": "%"}, "The key has an invalid percent escape."),
    ({"x": "y" * 2048}, "The query string is too long."),
    ({"x": "\u20ac"}, "The query string has characters that are not bytes."),
    ({"x": "\ud800"}, "The query string has characters that are not bytes."),
    ({"port": "\u0661\u0660\u0662\u0664"}, "The query string has characters that are not bytes."),
]


class TestHostile:
    @pytest.mark.parametrize(("changes", "reason"), HOSTILE)
    def test_is_refused(self, changes: dict[str, str | None], reason: str) -> None:
        with pytest.raises(TrackerError) as caught:
            parse_announce(query(**changes), PEER)
        assert caught.value.reason == reason

    @pytest.mark.parametrize("name", [*GOOD, "numwant", "key", "event"])
    def test_twice(self, name: str) -> None:
        text = query(numwant="1", key="k", event="")
        with pytest.raises(TrackerError, match=f"^The parameter {name} is given twice"):
            parse_announce(f"{text}&{name}={GOOD.get(name, '')}", PEER)

    def test_nul_bytes_are_bytes(self) -> None:
        announce = parse_announce(query(info_hash="%00" * 20, peer_id="\x00" * 20), PEER)
        assert announce.info_hash == announce.peer_id == bytes(20)

    def test_says_when_to_try_again(self) -> None:
        with pytest.raises(TrackerError) as broken:
            parse_announce("", PEER)
        with pytest.raises(TrackerError) as forbidden:
            parse_announce(query(port="80"), PEER)
        assert broken.value.retry_in == "never"
        assert forbidden.value.retry_in is None

    @given(st.text() | st.binary(), st.text())
    @example("%", "::1")
    @example("\x00", "1.2.3.4\x00")
    def test_anything(self, text: str | bytes, address: str) -> None:
        for parse in (lambda: parse_announce(text, address), lambda: parse_scrape(text)):
            with pytest.raises(TrackerError) as caught:
                parse()
            assert caught.value.reason.endswith(".")

    @given(
        st.dictionaries(
            st.sampled_from([*GOOD, "event", "numwant", "key", "compact", "ipv4", "ipv6"]),
            st.text(st.characters(max_codepoint=0xFF, exclude_characters="&")) | st.none(),
        ),
        st.ip_addresses(),
    )
    def test_anything_in_a_parameter(self, changes: dict[str, str | None], address) -> None:
        try:
            announce = parse_announce(query(**changes), str(address))
        except TrackerError:
            pass
        else:
            assert len(announce.info_hash) == len(announce.peer_id) == 20
            assert 1024 <= announce.port <= 65535
            assert 0 <= announce.numwant <= 100
            assert announce.endpoint4 is None or len(announce.endpoint4) == 6
            assert announce.endpoint6 is None or len(announce.endpoint6) == 18


class TestScrape:
    def test_order_and_repetition(self) -> None:
        text = "info_hash=" + "&info_hash=".join(["b" * 20, "a" * 20, "%62" * 20])
        assert parse_scrape(text) == (b"b" * 20, b"a" * 20)

    def test_other_parameters_are_ignored(self) -> None:
        assert parse_scrape(b"x=1&info_hash=" + b"a" * 20 + b"&y") == (b"a" * 20,)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "The scrape names no info_hash."),
            ("info_hash", "The info_hash has 0 bytes instead of 20."),
            ("info_hash=" + "a" * 19, "The info_hash has 19 bytes instead of 20."),
            ("info_hash=%", "The info_hash has an invalid percent escape."),
            ("x" * 8193, "The query string is too long."),
        ],
    )
    def test_is_refused(self, text: str, reason: str) -> None:
        with pytest.raises(TrackerError) as caught:
            parse_scrape(text)
        assert caught.value.reason == reason

    def test_too_many(self) -> None:
        def text(count: int) -> str:
            return "&".join(f"info_hash={number:020}" for number in range(count))

        limits = Limits(scrape_hashes=3)
        assert len(parse_scrape(text(3), limits=limits)) == 3
        with pytest.raises(TrackerError, match=r"^The scrape names more than 3 info-hashes.$"):
            parse_scrape(text(4), limits=limits)
