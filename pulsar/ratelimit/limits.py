"""Rate limit rules and verdicts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import IRateLimitRule
from ..registry import Registry
from ..settings.limit import Limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a hit: the remaining hits, and whole seconds until the window ends."""

    limit: Limit
    remaining: int
    reset: int
    exceeded: bool


@implementer(IRateLimitRule)
@dataclass(frozen=True, slots=True)
class Rule:
    """A limit per address for matching paths, or their exemption from all limits."""

    name: str
    path: re.Pattern[str]
    methods: frozenset[str]
    limit: Limit | None

    def covers(self, method: str, path: str) -> bool:
        """Whether the rule applies to a request."""
        return method in self.methods and self.path.fullmatch(path) is not None


class Rules:
    """The declared rules, sorted by name; the first rule that covers a request applies.

    Since every request is looked up, the rules are listed by method.
    """

    def __init__(self, registry: Registry) -> None:
        self._by_method: dict[str, list[IRateLimitRule]] = {}
        for _, rule in sorted(registry.getUtilitiesFor(IRateLimitRule)):
            for method in rule.methods:
                self._by_method.setdefault(method, []).append(rule)

    def covering(self, method: str, path: str) -> IRateLimitRule | None:
        """The rule that applies to the request, None if only the general limits do."""
        for rule in self._by_method.get(method, ()):
            if rule.path.fullmatch(path):
                return rule
        return None

    def exempts(self, method: str, path: str) -> bool:
        """Whether the request is exempt from limits; then no key is checked before the view."""
        rule = self.covering(method, path)
        return rule is not None and rule.limit is None
