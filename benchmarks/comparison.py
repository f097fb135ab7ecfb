"""Measuring two servers alternately, so that other work of the machine affects both."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median

from .load import Exchange, hammer

#: The maximum number of requests in a round, however fast the machine is.
MOST_REQUESTS = 20_000
_WARM_UP_REQUESTS = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """The number of rounds, and the seconds that each server is measured in a round."""

    rounds: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Requests per second of both servers, and the median of the rounds' ratios."""

    ours: float
    bare: float
    ratio: float


class Comparer:
    """Generates the load in a separate process; a context manager."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        # Spawned, because a fork would copy the application without the threads it has started.
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
            # The order alternates, so that a machine that slows down favours neither server.
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
