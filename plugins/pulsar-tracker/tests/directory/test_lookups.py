"""Look-ups: answered from memory, and limited by network if they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from pulsar.settings.limit import Limit
from tracker.directory import Directory, Policies, Rates, make_directory, record_change
from tracker.directory.limits import WrongLookups
from tracker.interfaces import ILeechPolicy, IRates, ITorrentPolicy
from tracker.protocol.errors import TrackerError

V4 = bytes((192, 0, 2, 1))


def v6(network: int, host: int) -> bytes:
    """An address in 2001:db8:0:network::/64."""
    return b"\x20\x01\x0d\xb8\0\0" + network.to_bytes(2) + host.to_bytes(8)


def passkeys() -> Iterator[str]:
    while True:
        yield uuid4().hex


class TestSql:
    def test_none(self, site: Any, follow: Callable[..., Any], count_sql: Any) -> None:
        passkey, torrent = site.passkey(site.member()), site.torrent()
        follower = follow(site)
        with count_sql() as statements:
            for _ in range(3):
                assert follower.member(passkey).id
                assert follower.torrent(torrent.info_hash).id
                assert follower.member("0" * 32) == "wrong_passkey"
                assert follower.torrent(bytes(20)) == "unknown_torrent"
        assert not statements

    def test_one_statement_if_nothing_changed(self, start: Any, follow: Callable[..., Any]) -> None:
        from pulsar.testing.sql import counted

        site = start()
        site.passkey(site.member())
        follower = follow(site)
        with counted(site.registry.getUtility(IDatabase).engine) as statements:
            follower.directory.catch_up()
        assert len(statements) == 1

    def test_many_changes_are_read_at_once(
        self, site: Any, follow: Callable[..., Any], count_sql: Any
    ) -> None:
        follower = follow(site)
        for _ in range(5):
            site.passkey(site.member())
            site.torrent()
        with count_sql() as statements:
            follower.directory.catch_up()
        assert len(statements) == 3


class TestLimit:
    @pytest.fixture
    def follower(self, site: Any, follow: Callable[..., Any]) -> Any:
        return follow(site, limit=Limit(3, 60))

    def test_of_wrong_passkeys(self, site: Any, follower: Any) -> None:
        new = passkeys()
        told = [follower.member(next(new), v6(0, host)) for host in range(5)]
        assert told == ["wrong_passkey"] * 3 + ["too_many_wrong_passkeys"] * 2
        assert follower.member(next(new), v6(1, 1)) == "wrong_passkey"
        assert follower.member(next(new), V4) == "wrong_passkey"

    def test_of_unknown_torrents(self, site: Any, follower: Any) -> None:
        told = [follower.torrent(bytes((number,)) * 20, V4) for number in range(5)]
        assert told == ["unknown_torrent"] * 3 + ["too_many_unknown_torrents"] * 2
        assert follower.torrent(b"x" * 20) == "unknown_torrent"

    def test_valid_ones_are_neither_counted_nor_limited(self, site: Any, follower: Any) -> None:
        passkey, torrent = site.passkey(site.member()), site.torrent()
        follower.directory.catch_up()
        new = passkeys()
        for number in range(9):
            follower.member(next(new), V4)
            follower.torrent(bytes((number,)) * 20, V4)
            assert follower.member(passkey, V4).id
            assert follower.torrent(torrent.info_hash, V4).id

    def test_a_repeated_one_counts_once(self, follower: Any) -> None:
        passkey = uuid4().hex
        for _ in range(9):
            assert follower.member(passkey, V4) == "wrong_passkey"
            assert follower.torrent(bytes(20), V4) == "unknown_torrent"
        assert follower.member(uuid4().hex, V4) == "wrong_passkey"

    @pytest.mark.parametrize("passkey", ["0" * 31, "A" * 32, "x" * 32, "", "ü" * 16])
    def test_what_has_not_the_form_of_a_passkey_is_not_counted(
        self, follower: Any, passkey: str
    ) -> None:
        for _ in range(5):
            assert follower.member(passkey, V4) == "wrong_passkey"
        assert follower.member(uuid4().hex, V4) == "wrong_passkey"

    def test_minutes_to_wait(self, site: Any, follower: Any) -> None:
        new = passkeys()
        for _ in range(3):
            follower.member(next(new), V4)
        with pytest.raises(TrackerError) as raised:
            follower.directory.member(next(new).encode(), V4)
        assert raised.value.retry_in == 1

    def test_of_the_site(self, start: Any) -> None:
        site = start()
        directory = make_directory(site.registry)
        directory.load()
        new = passkeys()
        codes = set()
        for _ in range(40):
            with pytest.raises(TrackerError) as raised:
                directory.member(next(new).encode(), V4)
            codes.add(raised.value.code)
        assert codes == {"wrong_passkey"}


@pytest.mark.one_backend
class TestWindows:
    def test_end(self) -> None:
        now = [0.0]
        lookups = WrongLookups(Limit(1, 60), 300, lambda: now[0])
        assert lookups.count(b"a", V4) is None
        now[0] = 59.0
        assert lookups.count(b"b", V4) == 1
        now[0] = 60.0
        assert lookups.count(b"b", V4) is None

    def test_memory_is_bounded(self) -> None:
        lookups = WrongLookups(Limit(1, 60), 300, most=10)
        for number in range(100):
            value = number.to_bytes(4)
            assert lookups.count(value, value) is None
        assert len(lookups._values) == len(lookups._networks) == 10

    def test_what_has_ended_is_dropped(self) -> None:
        now = [0.0]
        lookups = WrongLookups(Limit(1, 60), 300, lambda: now[0])
        for number in range(100):
            now[0] += 100
            assert lookups.count(number.to_bytes(4), number.to_bytes(4)) is None
        assert len(lookups._values) < 5
        assert len(lookups._networks) < 5


class TestRefusals:
    def test_before_loading(self, site: Any) -> None:
        directory = Directory(site.registry.getUtility(IDatabase).session)
        directory.catch_up()
        for look_up in (directory.member, directory.torrent):
            with pytest.raises(TrackerError) as raised:
                look_up(bytes(20), V4)
            assert (raised.value.code, raised.value.retry_in) == ("unavailable", 5)

    def test_do_not_grow_when_repeated(self, site: Any, follow: Callable[..., Any]) -> None:
        passkey = site.passkey(site.member(enabled=False))
        directory = follow(site).directory
        depths = set()
        for _ in range(3):
            with pytest.raises(TrackerError) as raised:
                directory.member(passkey.encode(), V4)
            depths.add(len(raised.traceback))
        assert len(depths) == 1


class Provider:
    """Answers what it was given, for the ids that it is asked for."""

    def __init__(self, answers: dict[int, Any]) -> None:
        self.answers = answers

    def rates(self, session: Session, ids: Collection[int] | None) -> dict[int, Any]:
        """The answers for the ids."""
        return {key: self.answers[key] for key in self.answers if ids is None or key in ids}

    refusals = rates


class TestPolicies:
    def test_rates(self, site: Any, follow: Callable[..., Any]) -> None:
        first, second = site.torrent(), site.torrent()
        provider: Any = Provider({first.id: Rates(200, 100)})
        other: Any = Provider({first.id: Rates(100, 0)})
        follower = follow(site, Policies(rates=(provider, other)))
        known = [follower.torrent(torrent.info_hash) for torrent in (first, second)]
        assert [(each.upload_rate, each.download_rate) for each in known] == [(200, 0), (100, 100)]
        provider.answers = {second.id: Rates(50, 50)}
        with site.session() as session:
            record_change(session, "torrent", first.id, second.id)
        follower.directory.catch_up()
        assert [(each.upload_rate, each.download_rate) for each in known] == [(100, 0), (50, 50)]

    def test_leech_right(self, site: Any, follow: Callable[..., Any]) -> None:
        user = site.member()
        passkey = site.passkey(user)
        refusal = TrackerError("Your ratio is too low.", 60)
        provider: Any = Provider({user.id: refusal})
        follower = follow(site, Policies(leech=(provider, Provider({}))))
        assert follower.member(passkey).leech_refusal is refusal
        provider.answers = {}
        with site.session() as session:
            record_change(session, "user", user.id)
        follower.directory.catch_up()
        assert follower.member(passkey).leech_refusal is None

    def test_torrents_that_wait(self, site: Any, follow: Callable[..., Any]) -> None:
        torrent = site.torrent()
        provider: Any = Provider({torrent.id: TrackerError("Wait.", 5, code="client")})
        follower = follow(site, Policies(torrents=(provider,)))
        assert follower.torrent(torrent.info_hash) == "client"
        provider.answers = {}
        with site.session() as session:
            record_change(session, "torrent")
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash).id == torrent.id

    @pytest.mark.parametrize("interface", [IRates, ILeechPolicy, ITorrentPolicy])
    def test_utilities_of_plugins(self, start: Any, interface: Any) -> None:
        registry = start().registry
        provider = Provider({})
        registry.registerUtility(provider, interface, "tests")
        policies = Policies.of(registry)
        assert [*policies.rates, *policies.leech, *policies.torrents] == [provider]
