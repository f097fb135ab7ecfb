"""Statistics: numbers about the whole site that plugins count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..cache import RequestCache
from ..config import Configurator
from ..interfaces import ICache, IDatabase, IStatistic
from ..registry import Registry
from ..users.models import User

#: Minimum seconds between two counts of the statistics.
_SECONDS = 60
_KEY = "statistics"


@implementer(IStatistic)
@dataclass(frozen=True, slots=True)
class Statistic:
    """A declared statistic."""

    name: str
    title: str
    count: Callable[[Session], int]


def add_statistic(
    config: Configurator, name: str, title: str, count: Callable[[Session], int] | str
) -> None:
    """Directive: add a number about the whole site; ``count(session)`` returns it."""
    item = config.introspectable("pulsar statistics", name, title, "statistic")
    statistic = Statistic(name, title, config.maybe_dotted(count))

    def register() -> None:
        config.registry.registerUtility(statistic, IStatistic, name)

    config.action(("pulsar statistic", name), register, introspectables=(item,))


def figures(registry: Registry, cache: RequestCache | None = None) -> dict[str, int]:
    """The recently counted statistics by name; ``cache`` is the request's, if there is one."""
    copies: RequestCache | ICache = cache or registry.getUtility(ICache)
    numbers: dict[str, int] | None = copies.get(_KEY)
    if numbers is None:
        token = copies.token()
        with registry.getUtility(IDatabase).session() as session:
            numbers = {
                name: statistic.count(session)
                for name, statistic in sorted(registry.getUtilitiesFor(IStatistic))
            }
        copies.put(_KEY, numbers, _SECONDS, (), token)
    return numbers


def enabled_users(session: Session) -> int:
    """The number of enabled members."""
    return session.scalar(select(func.count()).where(User.enabled)) or 0
