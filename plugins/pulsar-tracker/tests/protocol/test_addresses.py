"""Where an announce says that its peer listens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.protocol.addresses import pack_endpoint, unpack_endpoint
from tracker.protocol.errors import TrackerError
from tracker.protocol.query import Limits, parse_announce


def query(**parameters: str) -> str:
    """A good query that listens on port 6881, with these parameters added."""
    identifiers = "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0001-123456789012"
    added = "".join(f"&{name}={value}" for name, value in parameters.items())
    return f"{identifiers}&port=6881&uploaded=0&downloaded=0&left=0{added}"


class TestAddresses:
    def test_ipv4(self) -> None:
        announce = parse_announce(query(), "8.8.4.4")
        assert (announce.family, announce.ipv4, announce.ipv6) == (4, "8.8.4.4", None)
        assert announce.endpoint4 == bytes([8, 8, 4, 4, 0x1A, 0xE1])
        assert announce.external_ip == bytes([8, 8, 4, 4])

    def test_ipv6(self) -> None:
        announce = parse_announce(query(), "2606:4700::1")
        assert (announce.family, announce.ipv4, announce.ipv6) == (6, None, "2606:4700::1")
        assert announce.external_ip == bytes.fromhex("26064700") + bytes(11) + b"\x01"

    def test_mapped_ipv4(self) -> None:
        announce = parse_announce(query(), "::ffff:8.8.4.4")
        assert (announce.family, announce.ipv4, announce.ipv6) == (4, "8.8.4.4", None)

    def test_zone(self) -> None:
        assert parse_announce(query(), "fe80::1%eth0").ipv6 == "fe80::1"

    def test_other_family(self) -> None:
        announce = parse_announce(query(ipv6="2606%3a4700%3A%3A1"), "8.8.4.4")
        assert (announce.family, announce.ipv4, announce.ipv6) == (4, "8.8.4.4", "2606:4700::1")
        assert announce.endpoint6[-2:] == announce.endpoint4[-2:]
        announce = parse_announce(query(ipv4="8.8.4.4"), "2606:4700::1")
        assert (announce.family, announce.ipv4, announce.ipv6) == (6, "8.8.4.4", "2606:4700::1")

    def test_own_family_is_what_it_is(self) -> None:
        announce = parse_announce(query(ipv4="9.9.9.9"), "8.8.4.4")
        assert announce.ipv4 == "8.8.4.4"
        announce = parse_announce(query(ipv6="2606:4700::2"), "2606:4700::1")
        assert announce.ipv6 == "2606:4700::1"

    @pytest.mark.parametrize(
        ("address", "changes", "port"),
        [
            ("8.8.4.4", {"ipv6": "%5B2606:4700::1%5D:7000"}, 7000),
            ("8.8.4.4", {"ipv6": "[2606:4700::1]"}, 6881),
            ("2606:4700::1", {"ipv4": "8.8.4.4:7000"}, 7000),
        ],
    )
    def test_port_of_its_own(self, address: str, changes: dict[str, str], port: int) -> None:
        announce = parse_announce(query(**changes), address)
        other = announce.endpoint6 if announce.family == 4 else announce.endpoint4
        assert int.from_bytes(other[-2:], "big") == port
        assert announce.port == 6881

    @pytest.mark.parametrize(
        "claim",
        [
            "",
            "::",
            "[::]:6881",
            "::1",
            "fd00::1",
            "fe80::1",
            "ff0e::1",
            "::ffff:8.8.4.4",
            "64:ff9b::808:404",
            "2001:db8::1",
            "8.8.4.4",
            "[2606:4700::1]:0",
            "[2606:4700::1]:80",
            "[2606:4700::1]:65536",
            "[2606:4700::1]:99999999999",
            "2606:4700::1%25eth0",
            "example.org",
            "%00",
        ],
    )
    def test_useless_ipv6(self, claim: str) -> None:
        assert parse_announce(query(ipv6=claim), "8.8.4.4").ipv6 is None

    @pytest.mark.parametrize(
        "claim",
        [
            "",
            "0.0.0.0",
            "127.0.0.1",
            "10.0.0.1",
            "169.254.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "08.8.4.4",
            "1.2.3",
            "261.52.89.12",
            "2606:4700::1",
            "8.8.4.4:0",
            "8.8.4.4:1023",
        ],
    )
    def test_useless_ipv4(self, claim: str) -> None:
        assert parse_announce(query(ipv4=claim), "2606:4700::1").ipv4 is None

    @pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.2", "10.9.8.7"])
    @pytest.mark.parametrize("claim", ["::1", "fd00::1", "2606:4700::1"])
    def test_local_clients_may_name_local_addresses(self, address: str, claim: str) -> None:
        assert parse_announce(query(ipv6=claim), address).ipv6 == claim

    @pytest.mark.parametrize("claim", ["::", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "::2"])
    def test_not_even_for_local_clients(self, claim: str) -> None:
        assert parse_announce(query(ipv6=claim), "127.0.0.1").ipv6 is None

    def test_switched_off(self) -> None:
        limits = Limits(address_parameters=False)
        announce = parse_announce(query(ipv6="2606:4700::1"), "8.8.4.4", limits=limits)
        assert announce.ipv6 is None

    @pytest.mark.parametrize("address", ["", "unix:", "localhost", "1.2.3", "1.2.3.4.5", "::g"])
    def test_address_of_nobody(self, address: str) -> None:
        with pytest.raises(TrackerError, match="not an IP address"):
            parse_announce(query(), address)


class TestEndpoints:
    @given(st.ip_addresses(), st.integers(0, 65535))
    def test_round_trip(self, address, port: int) -> None:
        packed = pack_endpoint(str(address), port)
        if getattr(address, "ipv4_mapped", None):
            address = address.ipv4_mapped
        assert packed == address.packed + port.to_bytes(2, "big")
        text, unpacked_port = unpack_endpoint(packed)
        assert type(address)(text) == address
        assert unpacked_port == port
