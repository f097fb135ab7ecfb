"""Networks as ranges of bytes, and checks whether an address is in one."""

from __future__ import annotations

import ipaddress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from pulsar.interfaces import IDatabase, IIPBans
from pulsar.moderation.bans import IPBans, ends, merged, packed, parse
from pulsar.moderation.models import IPBan
from pulsar.testing.backends import Backend

IPv4, IPv6 = ipaddress.IPv4Network, ipaddress.IPv6Network


@st.composite
def networks(draw: st.DrawFn) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Draw a network of either family, without host bits."""
    if draw(st.booleans()):
        prefix = draw(st.integers(0, 32))
        return IPv4((draw(st.integers(0, 2**32 - 1)) >> (32 - prefix) << (32 - prefix), prefix))
    prefix = draw(st.integers(0, 128))
    return IPv6((draw(st.integers(0, 2**128 - 1)) >> (128 - prefix) << (128 - prefix), prefix))


addresses = st.one_of(
    st.ip_addresses(),
    # Addresses near each other and near the ends, where faults are likely.
    st.integers(0, 300).map(ipaddress.IPv4Address),
    st.integers(2**32 - 300, 2**32 - 1).map(ipaddress.IPv4Address),
    st.integers(0, 300).map(lambda number: ipaddress.IPv6Address(0xFFFF_0000_0000 + number)),
)


def within(address: Any, network: Any) -> bool:
    """Return whether the address is in the network, both as IPv6."""

    def wide(address: Any) -> int:
        return int(address) + (0xFFFF_0000_0000 if address.version == 4 else 0)

    return wide(network[0]) <= wide(address) <= wide(network[-1])


class TestParse:
    @pytest.mark.parametrize(
        ("text", "spelled"),
        [
            ("10.0.0.1", "10.0.0.1/32"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("10.0.0.0/255.255.255.0", "10.0.0.0/24"),
            ("2001:DB8::1", "2001:db8::/64"),
            ("2001:DB8::1/128", "2001:db8::1/128"),
            ("2001:db8:0:0::1/64", "2001:db8::/64"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::/95", "::/95"),
        ],
    )
    def test_one_spelling(self, text: str, spelled: str) -> None:
        assert str(parse(text)) == spelled
        assert ends(text)[0] == spelled

    @pytest.mark.parametrize(
        "text", ["", "x", "10.0.0", "10.0.0.0/33", "::/129", "fe80::1%eth0", "10.0.0.1/x", "1"]
    )
    def test_no_network(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011
            parse(text)

    @given(networks())
    def test_spelling_is_stable_and_fits_its_column(self, network: Any) -> None:
        spelled, first, last = ends(str(network))
        assert ends(spelled) == (spelled, first, last)
        assert len(spelled) <= IPBan.network.type.length
        assert len(first) == len(last) == 16
        assert first <= last


class TestPacked:
    def test_families_meet(self) -> None:
        assert packed("::ffff:10.0.0.1") == packed("10.0.0.1")

    @pytest.mark.parametrize("text", ["", "unknown", "10.0.0", "@"])
    def test_no_address(self, text: str) -> None:
        assert packed(text) is None


class TestRanges:
    """The ranges of a process give the same results as the networks."""

    @staticmethod
    def bans(networks: list[Any]) -> IPBans:
        bans = IPBans(None)
        ranges = sorted(ends(str(network))[1:] for network in networks)
        bans._ranges = merged(ranges)
        bans._read_at = float("inf")
        return bans

    @given(st.lists(networks(), max_size=8), st.lists(addresses, min_size=1, max_size=20))
    def test_any(self, networks: list[Any], asked: list[Any]) -> None:
        bans = self.bans(networks)
        ends_of_networks = [end for network in networks for end in (network[0], network[-1])]
        for address in asked + ends_of_networks:
            expected = any(within(address, network) for network in networks)
            assert bans.banned(str(address)) is expected

    @given(st.lists(networks(), min_size=1, max_size=8))
    @example([IPv4("10.0.0.0/31"), IPv4("10.0.0.1/32")])
    def test_merged_ranges_are_apart(self, networks: list[Any]) -> None:
        firsts, lasts = self.bans(networks)._ranges
        assert firsts == sorted(firsts)
        assert all(first <= last for first, last in zip(firsts, lasts, strict=True))
        assert all(last < first for last, first in zip(lasts, firsts[1:], strict=False))

    def test_one_inside_of_another(self) -> None:
        bans = self.bans([IPv4("10.0.0.0/8"), IPv4("10.1.0.0/16"), IPv4("10.1.0.1/32")])
        assert bans.banned("10.200.0.1")
        assert not bans.banned("11.0.0.0")
        assert not bans.banned("9.255.255.255")

    @pytest.mark.parametrize("address", ["", "unknown", "10.0.0.0.1"])
    def test_what_is_no_address(self, address: str) -> None:
        assert not self.bans([IPv4("0.0.0.0/0")]).banned(address)


class TestReading:
    @pytest.fixture
    def site(self, make_site: Any) -> Any:
        return make_site()

    @pytest.fixture
    def ban(self, site: Any) -> Any:
        """``ban(network)``: add a ban as another process does."""

        def store(network: str) -> None:
            spelled, first, last = ends(network)
            with site.registry.getUtility(IDatabase).session(True) as session:
                session.add(IPBan(network=spelled, first=first, last=last))
                session.commit()

        return store

    def test_others_are_noticed_after_a_while(
        self, site: Any, ban: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bans = site.registry.getUtility(IIPBans)
        now = [1_000.0]
        clock = SimpleNamespace(monotonic=lambda: now[0])
        monkeypatch.setattr("pulsar.moderation.bans.time", clock)
        assert not bans.banned("10.0.0.1")
        ban("10.0.0.0/8")
        now[0] += 9
        assert not bans.banned("10.0.0.1")
        now[0] += 2
        assert bans.banned("10.0.0.1")

    def test_the_old_ones_stay_while_the_database_is_away(
        self, site: Any, ban: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bans = site.registry.getUtility(IIPBans)
        ban("10.0.0.0/8")
        bans.read()

        def away(*args: Any) -> None:
            raise OperationalError("SELECT", {}, Exception("away"))

        monkeypatch.setattr(site.registry.getUtility(IDatabase), "session", away)
        bans.read()
        assert bans.banned("10.0.0.1")

    def test_at_the_start(self, site: Any, ban: Any, make_site: Any, backend: Backend) -> None:
        ban("10.0.0.0/8")
        assert make_site().registry.getUtility(IIPBans).banned("10.0.0.1")
