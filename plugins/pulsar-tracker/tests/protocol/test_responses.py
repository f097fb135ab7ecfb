"""The answers, read back by a strict decoder."""

from __future__ import annotations

import pytest
from fastbencode import bdecode
from hypothesis import given
from hypothesis import strategies as st

from tracker.protocol.addresses import pack_endpoint
from tracker.protocol.responses import (
    ScrapeFile,
    announce_response,
    announce_response_dict,
    failure,
    scrape_response,
)

numbers = st.integers(0, 2**63 - 1)
endpoints4 = st.lists(st.binary(min_size=6, max_size=6), max_size=5).map(b"".join)
endpoints6 = st.lists(st.binary(min_size=18, max_size=18), max_size=5).map(b"".join)
addresses = st.none() | st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16)
texts = st.text(st.characters(codec="utf-8"))


class TestAnnounceResponse:
    def test_bytes(self) -> None:
        peers = pack_endpoint("1.2.3.4", 6881)
        assert announce_response(1800, 900, 1, 2, 3, peers, b"") == (
            b"d8:completei1e10:downloadedi3e10:incompletei2e8:intervali1800e"
            b"12:min intervali900e5:peers6:\x01\x02\x03\x04\x1a\xe1e"
        )

    def test_no_peers(self) -> None:
        answer = bdecode(announce_response(1800, 900, 0, 0, 0, b"", b""))
        assert answer[b"peers"] == b""
        assert b"peers6" not in answer

    @given(*[numbers] * 5, endpoints4, endpoints6, texts, addresses)
    def test_all_keys(
        self, interval, min_interval, complete, incomplete, downloaded, peers4, peers6, text, ip
    ) -> None:
        answer = bdecode(
            announce_response(
                interval, min_interval, complete, incomplete, downloaded, peers4, peers6, text, ip
            )
        )
        assert answer.pop(b"peers6", b"") == peers6
        assert answer.pop(b"warning message", b"") == text.encode()
        assert answer.pop(b"external ip", None) == ip
        assert answer == {
            b"complete": complete,
            b"downloaded": downloaded,
            b"incomplete": incomplete,
            b"interval": interval,
            b"min interval": min_interval,
            b"peers": peers4,
        }


class TestAnnounceResponseDict:
    PEERS4 = pack_endpoint("1.2.3.4", 6881) + pack_endpoint("5.6.7.8", 1024)
    PEERS6 = pack_endpoint("2606:4700::1", 65535)

    def test_with_peer_ids(self) -> None:
        ids = b"a" * 20 + b"b" * 20
        answer = bdecode(
            announce_response_dict(1, 2, 3, 4, 5, self.PEERS4, self.PEERS6, ids, b"c" * 20)
        )
        assert answer[b"peers"] == [
            {b"ip": b"1.2.3.4", b"peer id": b"a" * 20, b"port": 6881},
            {b"ip": b"5.6.7.8", b"peer id": b"b" * 20, b"port": 1024},
            {b"ip": b"2606:4700::1", b"peer id": b"c" * 20, b"port": 65535},
        ]
        assert b"peers6" not in answer

    def test_without_peer_ids(self) -> None:
        answer = bdecode(announce_response_dict(1, 2, 3, 4, 5, self.PEERS4, b""))
        assert [set(peer) for peer in answer[b"peers"]] == [{b"ip", b"port"}] * 2

    @given(endpoints4, endpoints6, texts, addresses)
    def test_decodes(self, peers4: bytes, peers6: bytes, text: str, ip: bytes | None) -> None:
        answer = bdecode(
            announce_response_dict(1, 2, 3, 4, 5, peers4, peers6, warning=text, external_ip=ip)
        )
        assert len(answer[b"peers"]) == len(peers4) // 6 + len(peers6) // 18
        assert answer.get(b"warning message", b"") == text.encode()
        assert answer.get(b"external ip") == ip


class TestScrapeResponse:
    def test_bytes(self) -> None:
        files = {b"y" * 20: ScrapeFile(4, 5, 6, 3), b"x" * 20: ScrapeFile(1, 2, 3)}
        assert scrape_response(files) == (
            b"d5:filesd"
            b"20:xxxxxxxxxxxxxxxxxxxxd8:completei1e10:downloadedi2e10:incompletei3ee"
            b"20:yyyyyyyyyyyyyyyyyyyyd8:completei4e10:downloadedi5e11:downloadersi3e"
            b"10:incompletei6eeee"
        )

    def test_nothing_known(self) -> None:
        assert bdecode(scrape_response({})) == {b"files": {}}

    @given(
        st.dictionaries(
            st.binary(min_size=20, max_size=20),
            st.builds(ScrapeFile, numbers, numbers, numbers, st.none() | numbers),
        )
    )
    def test_decodes(self, files: dict[bytes, ScrapeFile]) -> None:
        answer = bdecode(scrape_response(files))[b"files"]
        assert set(answer) == set(files)
        for info_hash, file in files.items():
            assert answer[info_hash].get(b"downloaders") == file.downloaders
            assert answer[info_hash][b"incomplete"] == file.incomplete


class TestFailure:
    @pytest.mark.parametrize(
        ("retry_in", "expected"),
        [(None, {}), (5, {b"retry in": 5}), ("never", {b"retry in": b"never"})],
    )
    def test_retry_in(self, retry_in, expected) -> None:
        assert bdecode(failure("No.", retry_in)) == {b"failure reason": b"No.", **expected}

    @given(texts, st.none() | st.just("never") | numbers)
    def test_decodes(self, reason: str, retry_in) -> None:
        assert bdecode(failure(reason, retry_in))[b"failure reason"] == reason.encode()
