"""How fast members can be."""

from __future__ import annotations

from .session import Rules


def limited(
    amount: int, counted_at: float, clock: float, now: float, rules: Rules
) -> tuple[int, int, float]:
    """The bytes that are credited, those that are refused, and the clock of the member afterwards.

    A session moves at most ``max_speed`` for as long as it was not counted, and all sessions of a
    member together no more than that since their clock: a credit moves it forward by the time that
    so many bytes take. The clock is at most ``timeout`` seconds behind.
    """
    speed = rules.max_speed
    clock = max(clock, now - rules.timeout)
    if amount > speed * max(now - counted_at, 1.0) or amount > speed * (now - clock):
        return 0, amount, clock
    return amount, 0, clock + amount / speed
