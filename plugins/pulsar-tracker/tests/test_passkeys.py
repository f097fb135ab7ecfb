"""Wrong passkeys: limited by network, and cheap when they come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from pulsar.interfaces import ICache, IDatabase, IIPBans, ISecrets

LIMITS = {"pulsar.rate_limits": "true", "pulsar.rate_limit_anonymous": "3/60"}
INVALID = b"Your passkey is not valid. Please download the torrent again."
TOO_MANY = b"Too many wrong passkeys came from your network."


@pytest.fixture
def site(make_site: Callable[..., Any], site_of: Callable[[Any], Any]) -> Any:
    return site_of(make_site(**LIMITS, **{"tracker.flush_interval": "3600"}))


@pytest.fixture
def statements(site: Any) -> list[str]:
    """The SQL statements that the site has run."""
    ran: list[str] = []

    def note(*args: Any) -> None:
        ran.append(args[2])

    # Bans are read every few seconds, by whoever comes then.
    site.registry.getUtility(IIPBans).read()
    event.listen(site.registry.getUtility(IDatabase).engine, "before_cursor_execute", note)
    return ran


@pytest.fixture
def guess(site: Any, ask: Callable[..., Any]) -> Callable[..., tuple[bytes, int | None]]:
    """``guess(passkey, address)``: what the tracker says to a passkey, by default a new one."""

    def announce(passkey: str | None = None, address: str = "2001:db8::1") -> Any:
        told = ask(site.app, f"/{passkey or uuid4().hex}/scrape", address)
        return told[b"failure reason"], told.get(b"retry in")

    return announce


class TestLimit:
    def test_of_a_network(self, guess: Any, statements: list[str]) -> None:
        told = [guess(address=f"2001:db8::{number}") for number in range(5)]
        assert told == [(INVALID, None)] * 3 + [(TOO_MANY, 1)] * 2
        statements.clear()
        guess()
        assert not statements
        assert guess(address="2001:db8:0:1::1") == (INVALID, None)
        assert guess(address="192.0.2.1") == (INVALID, None)

    def test_a_good_announce_is_not_limited(self, site: Any, guess: Any) -> None:
        peer = site.peer(site.member(), site.torrent(), address="2001:db8::1")
        for _ in range(5):
            guess()
        for _ in range(5):
            site.registry.getUtility(ICache).clear()
            assert b"failure reason" not in peer.announce()

    def test_good_announces_are_not_counted(self, site: Any, guess: Any) -> None:
        for number in range(8):
            peer = site.peer(site.member(), site.torrent(), address=f"2001:db8::{number + 1}")
            assert b"failure reason" not in peer.announce()
        assert guess() == (INVALID, None)


class TestAgain:
    def test_no_sql(self, guess: Any, statements: list[str]) -> None:
        passkey = uuid4().hex
        assert guess(passkey) == (INVALID, None)
        statements.clear()
        for number in range(5):
            assert guess(passkey, f"192.0.2.{number}") == (INVALID, None)
        assert not statements

    def test_it_counts_once(self, guess: Any) -> None:
        passkey = uuid4().hex
        assert [guess(passkey) for _ in range(9)] == [(INVALID, None)] * 9
        assert guess() == (INVALID, None)

    @pytest.mark.parametrize("passkey", ["0" * 31, "A" * 32, "x" * 32])
    def test_what_has_not_the_form_of_one(
        self, site: Any, ask: Any, statements: list[str], passkey: str
    ) -> None:
        statements.clear()
        assert ask(site.app, f"/scrape/{passkey}")[b"failure reason"] == INVALID
        assert not statements

    def test_a_reset_one_works_at_once_and_the_old_one_no_more(self, site: Any) -> None:
        user = site.member()
        peer = site.peer(user, site.torrent())
        assert b"failure reason" not in peer.announce()
        answer = site.client(user).post("/users/me/secrets/passkey", status=201)
        old, peer.passkey = peer.passkey, answer.json["response"]["value"]
        assert b"failure reason" not in peer.announce()
        peer.passkey = old
        assert peer.announce()[b"failure reason"] == INVALID
        with site.session() as session:
            peer.passkey = site.registry.getUtility(ISecrets).reset(session, user.id, "passkey")
        assert b"failure reason" not in peer.announce()
