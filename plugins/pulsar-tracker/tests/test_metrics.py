"""What monitoring sees of the tracker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from webtest import TestApp

from pulsar.interfaces import IDatabase
from pulsar.testing.sql import counted

TOKEN = "a token of monitoring"


@pytest.fixture
def site(start: Callable[..., Any], make_site: Callable[..., Any], site_of: Any) -> Any:
    """A site that writes credit when the test says so."""
    app = make_site(**{"tracker.flush_interval": "3600", "pulsar.metrics_token": TOKEN})
    return site_of(app)


def read(site: Any) -> dict[tuple[str, ...], float]:
    """The tracker's figures, by name and label."""
    answer = TestApp(site.app).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    return {
        (sample.name.removeprefix("pulsar_tracker_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name.startswith("pulsar_tracker_")
    }


class TestAnnounces:
    def test_by_result_and_reason(self, site: Any) -> None:
        user, torrent = site.member(), site.torrent()
        peer = site.peer(user, torrent)
        before = read(site)
        peer.announce(left=10)
        peer.announce(info_hash=b"u" * 20)
        peer.announce(event="nonsense")
        site.ask(f"/{'0' * 32}/announce?info_hash=x")
        site.change(user, locked=True)
        peer.announce()
        after = read(site)
        grown = {name: after[name] - before[name] for name in after if "seconds" not in name[0]}
        assert {name: number for name, number in grown.items() if number} == {
            ("announces_total", "accepted"): 1,
            ("announces_total", "refused"): 4,
            ("refusals_total", "unknown_torrent"): 1,
            ("refusals_total", "malformed"): 1,
            ("refusals_total", "wrong_passkey"): 1,
            ("refusals_total", "locked"): 1,
            ("peers", "incomplete"): 1,
            ("swarms",): 1,
        }


class TestSwarms:
    def test_peers(self, site: Any) -> None:
        torrents = [site.torrent() for _ in range(2)]
        peers = [site.peer(site.member(), torrent) for torrent in torrents * 2]
        for peer in peers:
            peer.announce(left=10)
        peers[0].announce(left=0)
        peers[1].announce(left=10, event="stopped")
        figures = read(site)
        sizes = figures["peers", "complete"], figures["peers", "incomplete"], figures["swarms",]
        assert sizes == (1, 2, 2)
        site.tracker.forget(torrents[0].id)
        figures = read(site)
        sizes = figures["peers", "complete"], figures["peers", "incomplete"], figures["swarms",]
        assert sizes == (0, 1, 1)


class TestFlushes:
    def test_credit_that_waits(self, site: Any) -> None:
        peer = site.peer(site.member(), site.torrent())
        peer.announce(left=100)
        peer.announce(uploaded=70, downloaded=30, left=70)
        figures = read(site)
        assert figures["credit_waiting_bytes", "uploaded"] == 70
        assert figures["credit_waiting_bytes", "downloaded"] == 30
        site.tracker.flush()
        after = read(site)
        assert after["credit_waiting_bytes", "uploaded"] == 0
        assert after["flushes_total", "written"] - figures["flushes_total", "written"] == 1
        assert after["flush_seconds_total",] > figures["flush_seconds_total",]
        assert after["flush_age_seconds",] < figures["flush_age_seconds",]

    def test_failures(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any) -> None:
            raise OperationalError("UPDATE", {}, Exception("away"))

        peer = site.peer(site.member(), site.torrent())
        peer.announce(left=100)
        peer.announce(uploaded=70, left=100)
        before = read(site)
        monkeypatch.setattr("tracker.service.write", fail)
        with pytest.raises(OperationalError):
            site.tracker.flush()
        after = read(site)
        assert after["flushes_total", "failed"] - before["flushes_total", "failed"] == 1
        assert after["credit_waiting_bytes", "uploaded"] == 70
        assert after["flush_age_seconds",] > before["flush_age_seconds",]


class TestSQL:
    def test_an_announce_costs_none(self, site: Any) -> None:
        """Counting it neither."""
        peer = site.peer(site.member(), site.torrent())
        peer.announce(left=10)
        with counted(site.registry.getUtility(IDatabase).engine) as statements:
            peer.announce(left=9)
        assert statements == []
