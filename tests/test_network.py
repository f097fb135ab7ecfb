"""The networks of addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulsar.network import UNKNOWN, address_of, network_of


class TestAddress:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("192.0.2.1", "192.0.2.1"),
            (" 192.0.2.1 ", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:DB8::0:1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:c000:201", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:4711", "192.0.2.1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%eth0]:80", "fe80::1"),
            ("2001:db8:" + ":".join(["ffff"] * 6), "2001:db8:" + ":".join(["ffff"] * 6)),
        ],
    )
    def test_spelling(self, text: str, expected: str) -> None:
        assert address_of(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            *(
                None,
                "",
                "unknown",
                "_hidden",
                "localhost",
                "9",
                "1.2.3",
                "192.0.2.01",
                "192.0.2.256",
            ),
            *("[192.0.2.1", "[::1]:", "[::1]x", "[[::1]]", "[]", ":", "192.0.2.1:x", "::1:99999"),
            *("192.0.2.1,192.0.2.2", "%eth0"),
            "x" * 100_000,
        ],
    )
    def test_no_address(self, text: str | None) -> None:
        assert address_of(text) == ""
        assert network_of(text) == UNKNOWN


class TestNetwork:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::1]:4711", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
        ],
    )
    def test_stands_for(self, text: str, expected: str) -> None:
        assert network_of(text) == expected

    @given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
    def test_all_of_a_64_are_one(self, address: object, host: int) -> None:
        first = int(address) >> 64 << 64  # type: ignore[call-overload]
        if first:  # the network of mapped and unspecified addresses belongs to no customer
            neighbour = type(address)(first + host)  # type: ignore[call-arg]
            assert network_of(str(neighbour)) == network_of(str(address))

    @given(st.one_of(st.ip_addresses(), st.text(max_size=200)))
    def test_never_fails_and_fits_its_column(self, text: object) -> None:
        assert len(network_of(str(text))) <= 45
