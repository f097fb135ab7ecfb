"""Limits, rules and verdicts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import IRateLimitRule


@dataclass(frozen=True, slots=True)
class Limit:
    """So many hits in so many seconds, counted from the first hit."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read ``50/80``; raises ValueError."""
        found = re.fullmatch(r"\s*([1-9][0-9]*)\s*/\s*([1-9][0-9]*)\s*", text, re.ASCII)
        if found is None:
            raise ValueError("must be hits/seconds, both at least 1")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.amount}/{self.seconds}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a hit found: how many are left, and in how many whole seconds the window ends."""

    limit: Limit
    remaining: int
    reset: int
    exceeded: bool


@implementer(IRateLimitRule)
@dataclass(frozen=True, slots=True)
class Rule:
    """A limit per address for paths that match, or their exemption from all limits."""

    name: str
    path: re.Pattern[str]
    methods: frozenset[str]
    limit: Limit | None

    def covers(self, method: str, path: str) -> bool:
        """Whether a request falls under the rule."""
        return method in self.methods and self.path.fullmatch(path) is not None
