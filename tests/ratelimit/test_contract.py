"""The behaviour of every rate limiter."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from zope.interface.verify import verifyObject

from pulsar.interfaces import IRateLimiter
from pulsar.ratelimit.limits import Verdict
from pulsar.settings.limit import Limit

PassTime = Callable[[int], None]
LIMIT = Limit(3, 60)


def hit(limiter: Any, key: str = "a", limit: Limit = LIMIT) -> Verdict:
    (verdict,) = limiter.hit([(limit, key)])
    return verdict


class TestInterface:
    def test_is_provided(self, limiter: Any) -> None:
        assert verifyObject(IRateLimiter, limiter)


class TestHit:
    def test_counts_down(self, limiter: Any) -> None:
        verdicts = [hit(limiter) for _ in range(5)]
        assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0, 0]
        assert [verdict.exceeded for verdict in verdicts] == [False, False, False, True, True]
        assert {verdict.limit for verdict in verdicts} == {LIMIT}

    def test_keys_are_apart(self, limiter: Any) -> None:
        for _ in range(4):
            hit(limiter, "a")
        assert not hit(limiter, "b").exceeded

    def test_windows_of_other_lengths_are_apart(self, limiter: Any) -> None:
        for _ in range(4):
            hit(limiter)
        assert not hit(limiter, limit=Limit(3, 61)).exceeded

    def test_threads_are_counted_together(self, limiter: Any) -> None:
        with ThreadPoolExecutor(8) as pool:
            verdicts = list(pool.map(lambda _: hit(limiter, limit=Limit(20, 60)), range(50)))
        assert sum(verdict.exceeded for verdict in verdicts) == 30


class TestWindow:
    def test_reset_is_whole_seconds(self, limiter: Any) -> None:
        verdict = hit(limiter)
        assert type(verdict.reset) is int
        assert verdict.reset in (59, 60)

    def test_begins_at_the_first_hit(self, limiter: Any, pass_time: PassTime) -> None:
        hit(limiter)
        pass_time(50)
        assert hit(limiter).reset in (9, 10)

    def test_ends(self, limiter: Any, pass_time: PassTime) -> None:
        for _ in range(4):
            hit(limiter)
        pass_time(61)
        verdict = hit(limiter)
        assert (verdict.remaining, verdict.exceeded) == (2, False)
        assert verdict.reset in (59, 60)

    def test_is_never_told_to_end_at_once(self, limiter: Any, pass_time: PassTime) -> None:
        hit(limiter, limit=Limit(3, 1))
        assert hit(limiter, limit=Limit(3, 1)).reset == 1


class TestSeveral:
    def test_in_order(self, limiter: Any) -> None:
        hits = [(Limit(3, 60), "key"), (Limit(9, 60), "user")]
        assert [verdict.remaining for verdict in limiter.hit(hits)] == [2, 8]

    def test_what_follows_an_exceeded_one_is_not_counted(self, limiter: Any) -> None:
        hits = [(Limit(2, 60), "key"), (Limit(9, 60), "user")]
        for _ in range(2):
            limiter.hit(hits)
        (exceeded,) = limiter.hit(hits)
        assert exceeded.exceeded
        assert hit(limiter, "user", Limit(9, 60)).remaining == 6

    def test_what_goes_before_an_exceeded_one_is_counted(self, limiter: Any) -> None:
        hits = [(Limit(9, 60), "key"), (Limit(1, 60), "user")]
        limiter.hit(hits)
        verdicts = limiter.hit(hits)
        assert [verdict.exceeded for verdict in verdicts] == [False, True]


class TestPeek:
    """The verdict on the next hit, which is not counted."""

    def test_counts_nothing(self, limiter: Any) -> None:
        for _ in range(5):
            verdict = limiter.peek(LIMIT, "a")
            assert (verdict.remaining, verdict.exceeded) == (3, False)

    def test_agrees_with_the_hit(self, limiter: Any) -> None:
        for exceeded in (False, False, False, True, True):
            assert limiter.peek(LIMIT, "a").exceeded is exceeded
            assert hit(limiter).exceeded is exceeded

    def test_of_a_window_that_ended(self, limiter: Any, pass_time: PassTime) -> None:
        for _ in range(4):
            hit(limiter)
        assert 1 <= limiter.peek(LIMIT, "a").reset <= 60
        pass_time(61)
        assert not limiter.peek(LIMIT, "a").exceeded


class TestClear:
    def test_everything_is_forgotten(self, limiter: Any) -> None:
        for _ in range(4):
            hit(limiter)
        limiter.clear()
        assert hit(limiter).remaining == 2
