"""Packets of the UDP tracker protocol, read and written."""

from __future__ import annotations

from struct import pack, unpack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.announcing.answer import Answer
from tracker.protocol import udp
from tracker.protocol.announce import COMPLETED, NO_EVENT, STARTED, STOPPED
from tracker.protocol.errors import TrackerError
from tracker.protocol.query import Limits, parse_announce
from tracker.protocol.responses import failure

HOME = b"\x0a\x00\x00\x01"
HOME6 = b"\x20\x01" + bytes(13) + b"\x01"
HASH, PEER = b"h" * 20, b"-LT2110-abcdefghijkl"


def announce(options: bytes = b"", **changes: Any) -> bytes:
    """An announce as libtorrent sends it."""
    values = {
        "downloaded": 1,
        "left": 2,
        "uploaded": 3,
        "event": 0,
        "key": b"\x01\x02\x03\x04",
        "numwant": -1,
        "port": 6881,
    } | changes
    return (
        bytes(8)
        + udp.ANNOUNCE
        + b"tran"
        + HASH
        + PEER
        + pack(">QQQII", *(values[n] for n in ("downloaded", "left", "uploaded", "event")), 7)
        + values["key"]
        + pack(">iH", values["numwant"], values["port"])
        + options
    )


class TestAnnounce:
    def test_length(self) -> None:
        assert len(announce()) == 98

    def test_is_the_same_over_http(self) -> None:
        packet, url = udp.read_announce(announce(), HOME)
        query = (
            b"info_hash=%b&peer_id=%b&port=6881&uploaded=3&downloaded=1&left=2&key=01020304"
            b"&compact=1&no_peer_id=1" % (HASH, PEER)
        )
        assert packet == parse_announce(query, HOME)
        assert url == b""

    def test_ipv6(self) -> None:
        packet, _ = udp.read_announce(announce(), HOME6)
        assert packet == parse_announce(
            b"info_hash=%b&peer_id=%b&port=6881&uploaded=3&downloaded=1&left=2&key=1020304"
            b"&no_peer_id=1" % (HASH, PEER),
            HOME6,
        )

    @pytest.mark.parametrize(
        ("sent", "event"),
        [(0, NO_EVENT), (1, COMPLETED), (2, STARTED), (3, STOPPED), (4, NO_EVENT), (2**32 - 1, 0)],
    )
    def test_events(self, sent: int, event: int) -> None:
        assert udp.read_announce(announce(event=sent), HOME)[0].event == event

    @pytest.mark.parametrize(("sent", "numwant"), [(-1, 50), (-2, 50), (0, 0), (7, 7), (999, 100)])
    def test_numwant(self, sent: int, numwant: int) -> None:
        assert udp.read_announce(announce(numwant=sent), HOME)[0].numwant == numwant

    def test_unknown_size(self) -> None:
        assert udp.read_announce(announce(left=2**64 - 1), HOME)[0].left == 2**63 - 1

    @pytest.mark.parametrize("changes", [{"uploaded": 2**63}, {"downloaded": 2**64 - 1}])
    def test_too_large(self, changes: dict[str, int]) -> None:
        with pytest.raises(TrackerError, match="too large"):
            udp.read_announce(announce(**changes), HOME)

    @pytest.mark.parametrize("port", [0, 1023])
    def test_port(self, port: int) -> None:
        with pytest.raises(TrackerError, match=f"port {port} is not allowed") as caught:
            udp.read_announce(announce(port=port), HOME)
        assert caught.value.code == "port"
        # 0 is never a port.
        assert udp.read_announce(announce(port=1), HOME, Limits(min_port=1))[0].endpoint4

    def test_too_short(self) -> None:
        with pytest.raises(TrackerError, match="too short"):
            udp.read_announce(announce()[:-1], HOME)


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "url"),
        [
            (b"\x02\x05/k/an", b"/k/an"),
            (b"\x01\x01\x02\x03/k/\x02\x02an\x00", b"/k/an"),
            (b"\x00\x02\x02no", b""),
            (b"\x09\x03abc\x02\x01x", b"x"),
            (b"\x02\x00", b""),
            (b"\x02", b""),
            (b"\x02\xffcut", b"cut"),
            (b"\x01" * 50, b""),
        ],
    )
    def test_url_data(self, options: bytes, url: bytes) -> None:
        assert udp.read_announce(announce(options), HOME)[1] == url

    @given(st.binary(max_size=600))
    def test_anything(self, options: bytes) -> None:
        assert len(udp.url_data(options, 0)) <= len(options)

    @given(st.binary(max_size=1200), st.lists(st.integers(1, 255), max_size=20))
    def test_long_urls_are_in_several(self, url: bytes, lengths: list[int]) -> None:
        options, rest = b"", url
        for length in (*lengths, *[255] * 5):
            options += b"\x01\x02" + bytes((len(rest[:length]),)) + rest[:length]
            rest = rest[length:]
        assert udp.url_data(options, 0) == url


class TestScrape:
    def test_hashes(self) -> None:
        hashes = [bytes((number,)) * 20 for number in range(74)]
        assert udp.read_scrape(bytes(16) + b"".join(hashes)) == hashes

    @pytest.mark.parametrize("length", [0, 19, 21, 75 * 20])
    def test_wrong_length(self, length: int) -> None:
        with pytest.raises(TrackerError, match="1 to 74"):
            udp.read_scrape(bytes(16 + length))

    def test_response(self) -> None:
        response = udp.scrape_response(b"tran", [(1, 2, 3), (4, 2**40, 6)])
        assert response[:8] == udp.SCRAPE + b"tran"
        assert unpack(">6I", response[8:]) == (1, 2, 3, 4, 2**32 - 1, 6)


class TestResponses:
    def test_connect(self) -> None:
        assert udp.connect_response(b"tran", b"12345678") == bytes(4) + b"tran12345678"

    def test_announce_has_peers_of_the_clients_family(self) -> None:
        answer = Answer(1800, 900, 3, 4, 5, b"4" * 12, b"6" * 36)
        response = udp.announce_response(b"tran", answer, HOME)
        assert response[:8] == udp.ANNOUNCE + b"tran"
        assert unpack(">III", response[8:20]) == (1800, 4, 3)
        assert response[20:] == b"4" * 12
        assert udp.announce_response(b"tran", answer, HOME6) == response[:20] + b"6" * 36

    def test_error(self) -> None:
        assert udp.error_response(b"tran", b"No.") == b"\0\0\0\3tranNo."

    def test_reason_of_a_bencoded_refusal(self) -> None:
        assert udp.reason_of(failure("Später.", 5)) == "Später.".encode()
        assert udp.reason_of(b"d8:intervali1ee") == b"The tracker refuses the request."
