"""Measuring two servers in turns, so that whatever else the machine does hits both."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median

from .load import Exchange, hammer

#: No round makes more requests than this, however quick the machine is.
MOST_REQUESTS = 20_000
_WARM_UP_REQUESTS = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """How often both servers have their turn, and for how many seconds."""

    rounds: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Requests per second of both, and the median of the rounds' ratios."""

    ours: float
    bare: float
    ratio: float


class Comparer:
    """Makes the load in a process of its own; a context manager."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        # Spawned: a fork would copy the application, and the threads it has started would be gone.
        self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))

    def __enter__(self) -> Comparer:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pool.shutdown()

    def compare(
        self, ours: int, bare: int, exchanges: Sequence[Exchange], advance: Callable[[], None]
    ) -> Comparison:
        """Compare the servers at two ports; ``advance`` is called after every round."""
        for port in (ours, bare):
            self._hammer(port, exchanges, self.plan.seconds, _WARM_UP_REQUESTS)
        rounds = []
        for number in range(self.plan.rounds):
            # A machine that slows down must not favour whoever is always first.
            order = (ours, bare) if number % 2 else (bare, ours)
            rates = {
                port: self._hammer(port, exchanges, self.plan.seconds, MOST_REQUESTS)
                for port in order
            }
            rounds.append((rates[ours], rates[bare]))
            advance()
        return Comparison(
            median(first for first, _ in rounds),
            median(second for _, second in rounds),
            median(first / second for first, second in rounds),
        )

    def _hammer(self, port: int, exchanges: Sequence[Exchange], seconds: float, most: int) -> float:
        return self._pool.submit(hammer, port, exchanges, seconds, most).result()
