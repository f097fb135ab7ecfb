"""Scraping (BEP 48)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from pulsar.interfaces import IDatabase
from pulsar.testing.sql import counted


@pytest.fixture
def passkey(site: Any) -> str:
    """The passkey of a member."""
    found: str = site.passkey(site.member())
    return found


def hashes(*found: bytes) -> str:
    return "&".join(f"info_hash={quote_from_bytes(each)}" for each in found)


def swarm(complete: int = 0, downloaded: int = 0, incomplete: int = 0, **others: int) -> Any:
    """What a scrape says of a torrent; unless told, all who are incomplete are downloaders."""
    return {
        b"complete": complete,
        b"downloaded": downloaded,
        b"downloaders": others.get("downloaders", incomplete),
        b"incomplete": incomplete,
    }


class TestURLs:
    def test_both_forms(self, site: Any, passkey: str) -> None:
        torrent = site.torrent()
        expected = {b"files": {torrent.info_hash: swarm()}}
        for path in (f"/{passkey}/scrape", f"/scrape/{passkey}"):
            assert site.ask(f"{path}?{hashes(torrent.info_hash)}") == expected


class TestCounts:
    def test_several(self, site: Any, passkey: str) -> None:
        first, second, empty = (site.torrent() for _ in range(3))
        site.peer(site.member(), first).announce()
        leecher = site.peer(site.member(), first)
        leecher.announce(left=1000)
        site.peer(site.member(), first).announce(left=1000, event="paused")
        done = site.peer(site.member(), second)
        done.announce(left=1000)
        done.announce(event="completed")
        wanted = hashes(first.info_hash, b"?" * 20, second.info_hash, empty.info_hash)
        assert site.ask(f"/{passkey}/scrape?{wanted}") == {
            b"files": {
                first.info_hash: swarm(1, 0, 2, downloaders=1),
                second.info_hash: swarm(1, 1, 0),
                empty.info_hash: swarm(),
            }
        }

    def test_nothing_known(self, site: Any, passkey: str) -> None:
        assert site.ask(f"/{passkey}/scrape?{hashes(b'?' * 20)}") == {b"files": {}}

    def test_hybrid_by_both_hashes(self, site: Any, passkey: str) -> None:
        torrent = site.torrent("hybrid")
        site.peer(site.member(), torrent).announce()
        wanted = hashes(torrent.info_hash, torrent.info_hash_short)
        assert site.ask(f"/{passkey}/scrape?{wanted}") == {
            b"files": {torrent.info_hash: swarm(1), torrent.info_hash_short: swarm(1)}
        }

    def test_deleted(self, site: Any, passkey: str, db: Any, client: Any, factory: Any) -> None:
        torrent = site.torrent()
        site.peer(site.member(), torrent).announce()
        client.as_key(factory.key(factory.staff())).delete(f"/torrents/{torrent.id}", status=200)
        assert site.ask(f"/{passkey}/scrape?{hashes(torrent.info_hash)}") == {b"files": {}}


class TestRefused:
    def test_wrong_passkey(self, site: Any, db: Any) -> None:
        reason = b"Your passkey is not valid. Please download the torrent again."
        expected = {b"failure reason": reason}
        assert site.ask(f"/{'0' * 32}/scrape?{hashes(b'?' * 20)}") == expected

    def test_bad_query(self, site: Any, passkey: str) -> None:
        answers = {
            "": "The scrape names no info_hash.",
            "?info_hash=abc": "The info_hash has 3 bytes instead of 20.",
            f"?{hashes(*(bytes([n] * 20) for n in range(101)))}": (
                "The scrape names more than 100 info-hashes."
            ),
        }
        for query, reason in answers.items():
            expected = {b"failure reason": reason.encode(), b"retry in": b"never"}
            assert site.ask(f"/{passkey}/scrape{query}") == expected

    def test_disabled(self, site: Any) -> None:
        user = site.member(enabled=False)
        told = site.ask(f"/{site.passkey(user)}/scrape?{hashes(b'?' * 20)}")
        assert told[b"failure reason"] == b"Your account has been disabled."


class TestSQL:
    def test_one_statement(self, start: Any) -> None:
        site = start()
        torrents = [site.torrent() for _ in range(3)]
        passkey = site.passkey(site.member())
        site.ask(f"/{passkey}/scrape?{hashes(b'?' * 20)}")
        for wanted in (torrents[:1], torrents):
            query = hashes(*(torrent.info_hash for torrent in wanted))
            with counted(site.registry.getUtility(IDatabase).engine) as statements:
                assert len(site.ask(f"/{passkey}/scrape?{query}")[b"files"]) == len(wanted)
            assert len(statements) == 1
