"""Seeding by day: how long, and in which hours."""

from __future__ import annotations

from datetime import date, timedelta

#: By user and number of the day since 1970-01-01: seconds, and a bit for each hour.
Days = dict[tuple[int, int], list[int]]

_HOUR, _DAY = 3600, 86400
_EPOCH = date(1970, 1, 1)


def add_seeding(days: Days, user_id: int, end: float, seconds: int) -> None:
    """Add that a member seeded a torrent for so many seconds until ``end``."""
    stop = int(end)
    start = stop - seconds
    while start < stop:
        day = start // _DAY
        until = min(stop, (day + 1) * _DAY)
        first, last = start % _DAY // _HOUR, (until - 1) % _DAY // _HOUR
        hours = (2 << last) - (1 << first)
        seeding = days.get((user_id, day))
        if seeding is None:
            days[user_id, day] = [until - start, hours]
        else:
            seeding[0] += until - start
            seeding[1] |= hours
        start = until


def day_of(number: int) -> date:
    """The date of a day that is counted from 1970-01-01."""
    return _EPOCH + timedelta(days=number)
