"""Rules and verdicts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import IRateLimitRule
from ..registry import Registry
from ..settings.limit import Limit


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


class Rules:
    """The declared rules, of which the first that covers a request counts, in the order of names.

    Every request is looked up, so each method has its list.
    """

    def __init__(self, registry: Registry) -> None:
        self._by_method: dict[str, list[IRateLimitRule]] = {}
        for _, rule in sorted(registry.getUtilitiesFor(IRateLimitRule)):
            for method in rule.methods:
                self._by_method.setdefault(method, []).append(rule)

    def covering(self, method: str, path: str) -> IRateLimitRule | None:
        """The rule that the request falls under, None for one under the general limits."""
        for rule in self._by_method.get(method, ()):
            if rule.path.fullmatch(path):
                return rule
        return None

    def exempts(self, method: str, path: str) -> bool:
        """Whether the request is free of limits; then no key is looked at before the view."""
        rule = self.covering(method, path)
        return rule is not None and rule.limit is None
