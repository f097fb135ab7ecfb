"""Seeding by day."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.flushing.days import Days, add_seeding

from .conftest import START, announce

HOUR, DAY = 3600, 86400


@pytest.mark.one_backend
class TestIntervals:
    def test_within_an_hour(self) -> None:
        days: Days = {}
        add_seeding(days, 1, 2 * HOUR + 100, 100)
        add_seeding(days, 1, 2 * HOUR + 200, 100)
        add_seeding(days, 2, 3 * HOUR, 1)
        assert days == {(1, 0): [200, 1 << 2], (2, 0): [1, 1 << 2]}

    def test_over_midnight(self) -> None:
        days: Days = {}
        add_seeding(days, 1, DAY + 2 * HOUR + 1.9, 4 * HOUR)
        assert days == {
            (1, 0): [2 * HOUR - 1, 0b11 << 22],
            (1, 1): [2 * HOUR + 1, 0b111],
        }

    def test_nothing(self) -> None:
        days: Days = {}
        add_seeding(days, 1, DAY, 0)
        assert days == {}

    @given(st.integers(-(10**9), 4 * 10**9), st.integers(1, 5 * DAY))
    def test_is_each_second_of_the_interval(self, end: int, seconds: int) -> None:
        days: Days = {}
        add_seeding(days, 1, end, seconds)
        assert sum(found for found, _ in days.values()) == seconds
        hours = {
            day * 24 + hour
            for (_, day), (_, bits) in days.items()
            for hour in range(25)
            if bits >> hour & 1
        }
        assert hours == set(range((end - seconds) // HOUR, (end - 1) // HOUR + 1))


class TestStored:
    def test_adds_up(self, deck: Any) -> None:
        user, other = deck.site.member(), deck.site.member()
        torrents = [deck.site.torrent() for _ in range(2)]
        now = START + 3 * HOUR
        deck.write(
            *(announce(user, torrent, now=now, seed_seconds=1800) for torrent in torrents),
            announce(other, torrents[0], now=now, seed_seconds=60),
        )
        deck.write(announce(user, torrents[0], now=now + 900, seed_seconds=1800))
        assert deck.days(user) == [("2030-01-01", 5400, 0b1100)]
        assert deck.days(other) == [("2030-01-01", 60, 0b100)]

    def test_next_day(self, deck: Any) -> None:
        user, torrent = deck.site.member(), deck.site.torrent()
        for now in (START - 600, START + 1200):
            deck.write(announce(user, torrent, now=now, seed_seconds=1800))
        assert deck.days(user) == [
            ("2029-12-31", 2400, 1 << 23),
            ("2030-01-01", 1200, 1),
        ]

    def test_average_of_a_period(self, deck: Any) -> None:
        """Three torrents during four of the hours are one and a half over eight."""
        user = deck.site.member()
        torrents = [deck.site.torrent() for _ in range(3)]
        deck.write(
            *(
                announce(user, torrent, now=START + HOUR * number, seed_seconds=HOUR)
                for torrent in torrents
                for number in range(1, 5)
            )
        )
        [(_, seconds, hours)] = deck.days(user)
        assert seconds / (8 * HOUR) == 1.5
        assert hours.bit_count() == 4
