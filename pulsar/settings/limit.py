"""A limit on how often something may happen."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of hits in a number of seconds, counted from the first hit."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read ``50/80``; raises ValueError."""
        match = re.fullmatch(r"\s*([1-9][0-9]*)\s*/\s*([1-9][0-9]*)\s*", text, re.ASCII)
        if match is None:
            raise ValueError("must be hits/seconds, both at least 1")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.amount}/{self.seconds}"
