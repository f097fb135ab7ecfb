"""Query strings as clients send them, and as nobody should."""

from __future__ import annotations

from urllib.parse import quote_from_bytes
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.protocol.announce import NO_EVENT, PAUSED, STARTED, STOPPED, Announce
from tracker.protocol.errors import TrackerError
from tracker.protocol.query import DEFAULT_LIMITS, Limits, parse_announce, parse_scrape

PEER = bytes((10, 20, 30, 40))
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


def read(text: str, limits: Limits = DEFAULT_LIMITS) -> Announce:
    """The announce with this query, whose characters are bytes."""
    return parse_announce(text.encode("latin-1"), PEER, limits)


def port(announce: Announce) -> int:
    assert announce.endpoint4 is not None
    return int.from_bytes(announce.endpoint4[4:], "big")


# As captured from the programs, which were seeding a torrent of one file.
CAPTURED = {
    "libtorrent 2.1": (
        "info_hash=%5c%ec.%02%14B%26Lo%05%e3H%03N1%15-%ed%d5x&peer_id=-LT2110-WC2b4T6Y)QDy"
        "&port=26881&uploaded=0&downloaded=0&left=0&corrupt=0&key=6E0EC374&event=started"
        "&numwant=200&compact=1&no_peer_id=1&supportcrypto=1&redundant=0",
        {
            "info_hash": bytes.fromhex("5cec2e021442264c6f05e348034e31152dedd578"),
            "peer_id": b"-LT2110-WC2b4T6Y)QDy",
            "endpoint4": PEER + (26881).to_bytes(2, "big"),
            "event": STARTED,
            "numwant": 100,
            "no_peer_id": True,
            "key": bytes.fromhex("6E0EC374"),
        },
    ),
    "libtorrent 2.1, stopping, v2 torrent": (
        "info_hash=%5d%bc%fc%1d%9fK%824%0c%3ao%d6%c9%be%ee%89%cd%ad%fbf"
        "&peer_id=-LT2110-6MKyC0yJF2Zi&port=26881&uploaded=0&downloaded=0&left=0&corrupt=0"
        "&key=88F223A6&event=stopped&numwant=0&compact=1&no_peer_id=1&supportcrypto=1&redundant=0",
        {
            "info_hash": bytes.fromhex("5dbcfc1d9f4b82340c3a6fd6c9beee89cdadfb66"),
            "event": STOPPED,
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
            "key": crc32(b"\x92\xba;\xce\xf1\x9a\xd0\xdf").to_bytes(4, "big"),
            "numwant": 50,
        },
    ),
    "transmission 3.00": (
        "info_hash=%5c%ec.%02%14B%26Lo%05%e3H%03N1%15-%ed%d5x&peer_id=-TR3000-tpw1aw7jlbfe"
        "&port=26883&uploaded=0&downloaded=0&left=0&numwant=80&key=9e5b6c&compact=1"
        "&supportcrypto=1&event=started",
        {
            "peer_id": b"-TR3000-tpw1aw7jlbfe",
            "key": bytes.fromhex("009e5b6c"),
            "numwant": 80,
            "no_peer_id": False,
        },
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
    def test_is_read(self, client: str) -> None:
        text, expected = CAPTURED[client]
        announce = read(text)
        assert {name: getattr(announce, name) for name in expected} == expected
        assert (announce.uploaded, announce.downloaded, announce.left) == (0, 0, 0)
        assert announce.compact

    def test_escapes_may_differ(self) -> None:
        v1 = [text for text, _ in CAPTURED.values() if "%14B%26Lo" in text]
        assert len({read(text).info_hash for text in v1}) == 1
        assert len(v1) == 4

    def test_ctorrent_asks_for_100(self) -> None:
        text = query(peer_id="-CD0303-%01%02%03%04%05%06%07%08%09%0a%0b%0c", numwant="100")
        assert read(text).numwant == 100

    def test_unescaped_bytes(self) -> None:
        raw = bytes(range(0x80, 0x94))
        text = query(info_hash=raw.decode("latin-1"))
        assert read(text).info_hash == raw

    def test_plus_is_a_space(self) -> None:
        text = query(info_hash="+%2B%20" + "a" * 17)
        assert read(text).info_hash == b" + " + b"a" * 17

    def test_parameters_nobody_knows_are_ignored(self) -> None:
        text = query(corrupt="x", redundant="-1", supportcrypto="", passkey="1", ip="1.2.3.4")
        assert port(read("&" + text + "&&=&x&passkey=2")) == 6881

    @given(st.binary(min_size=20, max_size=20), st.text("!()*'-._~/:@$,;", max_size=8))
    def test_any_hash_however_escaped(self, raw: bytes, safe: str) -> None:
        text = query(info_hash=quote_from_bytes(raw, safe=safe))
        assert read(text).info_hash == raw
        assert parse_scrape(b"info_hash=" + quote_from_bytes(raw, safe=safe).encode()) == (raw,)


class TestDefaults:
    def test_values(self) -> None:
        announce = read(query())
        assert announce.event == NO_EVENT
        assert announce.numwant == 50
        assert announce.compact
        assert not announce.no_peer_id
        assert announce.key == bytes(4)
        assert (announce.uploaded, announce.downloaded, announce.left) == (1, 2, 3)

    @pytest.mark.parametrize(
        ("text", "event"),
        [("empty", NO_EVENT), ("", NO_EVENT), ("exploded", NO_EVENT), ("paused", PAUSED)],
    )
    def test_event(self, text: str, event: int) -> None:
        assert read(query(event=text)).event == event

    def test_compact_can_be_refused(self) -> None:
        assert not read(query(compact="0")).compact

    @pytest.mark.parametrize(
        ("asked", "numwant"),
        [
            *(("0", 0), ("-1", 50), ("7", 7), ("100", 100), ("101", 100)),
            *(("", 50), ("-2", 50), ("many", 50), (str(2**64), 100)),
        ],
    )
    def test_numwant(self, asked: str, numwant: int) -> None:
        assert read(query(numwant=asked)).numwant == numwant

    def test_limits(self) -> None:
        limits = Limits(min_port=1, numwant=5, max_numwant=8)
        announce = read(query(port="80"), limits)
        assert (port(announce), announce.numwant) == (80, 5)
        assert read(query(numwant="20"), limits).numwant == 8

    def test_greatest_number(self) -> None:
        assert read(query(left=str(2**63 - 1))).left == 2**63 - 1


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
    ({"x": "y" * 2048}, "The query string is too long."),
]


class TestHostile:
    @pytest.mark.parametrize(("changes", "reason"), HOSTILE)
    def test_is_refused(self, changes: dict[str, str | None], reason: str) -> None:
        with pytest.raises(TrackerError) as caught:
            read(query(**changes))
        assert caught.value.reason == reason

    @pytest.mark.parametrize("name", [*GOOD, "numwant", "key", "event"])
    def test_the_first_of_two_counts(self, name: str) -> None:
        text = query(numwant="1", key="k", event="started")
        assert read(f"{text}&{name}=nonsense") == read(text)

    @pytest.mark.parametrize("key", ["k" * 500, "%", "", "\xff"])
    def test_any_key_will_do(self, key: str) -> None:
        assert len(read(query(key=key)).key) == 4

    def test_a_key_has_several_spellings(self) -> None:
        keys = {read(query(key=key)).key for key in ("1A2b", "00001a2B", "1a2b")}
        assert keys == {bytes.fromhex("00001a2b")}

    def test_nul_bytes_are_bytes(self) -> None:
        announce = read(query(info_hash="%00" * 20, peer_id="\x00" * 20))
        assert announce.info_hash == announce.peer_id == bytes(20)

    def test_says_when_to_try_again(self) -> None:
        with pytest.raises(TrackerError) as broken:
            read("")
        with pytest.raises(TrackerError) as forbidden:
            read(query(port="80"))
        assert broken.value.retry_in == "never"
        assert forbidden.value.retry_in is None

    @given(st.binary(), st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16))
    @example(b"%", bytes(16))
    def test_anything(self, text: bytes, address: bytes) -> None:
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
            text = query(**changes).encode("latin-1")
            announce = parse_announce(text, address.packed)
        except TrackerError:
            pass
        else:
            assert len(announce.info_hash) == len(announce.peer_id) == 20
            assert 0 <= announce.numwant <= 100
            assert announce.endpoint4 is None or len(announce.endpoint4) == 6
            assert announce.endpoint6 is None or len(announce.endpoint6) == 18


NUMBERS = st.integers(0, 10**18 - 1).map(str) | st.sampled_from(["", "-1", "x", "9" * 20])
OPTIONAL = {
    "corrupt": NUMBERS,
    "key": st.sampled_from(["", "1A2B", "x", "%"]),
    "event": st.sampled_from(["", "started", "stopped", "completed", "paused", "empty", "x"]),
    "numwant": st.sampled_from(["", "0", "30", "200", "-1", "99999", "100000"]),
    "compact": st.sampled_from(["1", "0", ""]),
    "no_peer_id": st.sampled_from(["1", "0"]),
    "supportcrypto": st.just("1"),
    "redundant": NUMBERS,
}
ORDERS = (
    ("corrupt", "key", "event", "numwant", "compact", "no_peer_id", "supportcrypto", "redundant"),
    ("numwant", "key", "compact", "supportcrypto", "event"),
)


class TestUsualOrder:
    """One expression reads most queries, and must not read them otherwise than the others are."""

    @given(st.data(), st.sampled_from(ORDERS), st.binary(min_size=20, max_size=20))
    def test_is_read_like_any_other(
        self, data: st.DataObject, order: tuple[str, ...], info_hash: bytes
    ) -> None:
        numbers = {name: data.draw(NUMBERS) for name in ("port", "uploaded", "downloaded", "left")}
        numbers["port"] = data.draw(st.sampled_from(["6881", "80", "0", "65536", ""]))
        changes: dict[str, str | None] = {"info_hash": quote_from_bytes(info_hash), **numbers}
        for name in order:
            if data.draw(st.booleans()):
                changes[name] = data.draw(OPTIONAL[name])
        text = query(**changes)
        # An unknown parameter at the beginning makes the order unusual.
        assert self.outcome(text) == self.outcome(f"x=&{text}")

    def outcome(self, text: str) -> Announce | str:
        """What is read, or why it is refused."""
        try:
            return read(text, Limits(announce_length=10_000))
        except TrackerError as error:
            return error.reason


class TestScrape:
    def test_order_and_repetition(self) -> None:
        text = "info_hash=" + "&info_hash=".join(["b" * 20, "a" * 20, "%62" * 20])
        assert parse_scrape(text.encode()) == (b"b" * 20, b"a" * 20)

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
            parse_scrape(text.encode())
        assert caught.value.reason == reason

    def test_too_many(self) -> None:
        def text(count: int) -> bytes:
            return b"&".join(b"info_hash=%020d" % number for number in range(count))

        limits = Limits(scrape_hashes=3)
        assert len(parse_scrape(text(3), limits)) == 3
        with pytest.raises(TrackerError, match=r"^The scrape names more than 3 info-hashes.$"):
            parse_scrape(text(4), limits)
