"""Due times of jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulsar.jobs.schedule import DAILY, HOURLY, MINUTELY, Every


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-29T{text}+00:00")


class TestAfter:
    @pytest.mark.parametrize(
        ("schedule", "moment", "due"),
        [
            (MINUTELY, "10:00:00", "10:01:00"),
            (MINUTELY, "10:00:59.999999", "10:01:00"),
            (HOURLY, "10:00:00", "11:00:00"),
            (HOURLY, "10:17:03.5", "11:00:00"),
            (Every(900), "10:17:03", "10:30:00"),
            (Every(900), "10:30:00", "10:45:00"),
        ],
    )
    def test_on_the_grid(self, schedule: Every, moment: str, due: str) -> None:
        assert schedule.after(at(moment)) == at(due)

    def test_daily_is_midnight(self) -> None:
        assert DAILY.after(at("00:00:00")) == at("00:00:00") + timedelta(days=1)

    @given(
        st.integers(1, 10**6),
        st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),
    )
    def test_always_later_and_never_by_more_than_once(self, seconds: int, moment: datetime) -> None:
        schedule = Every(seconds)
        due = schedule.after(moment)
        assert moment < due <= moment + timedelta(seconds=seconds)
        assert due.timestamp() % seconds == 0
        # Delays do not add up.
        assert schedule.after(due - timedelta(microseconds=1)) == due


class TestShown:
    @pytest.mark.parametrize(
        ("schedule", "text"),
        [(MINUTELY, "every 0:01:00"), (HOURLY, "every 1:00:00"), (DAILY, "every 1 day, 0:00:00")],
    )
    def test_for_people(self, schedule: Every, text: str) -> None:
        assert str(schedule) == text
