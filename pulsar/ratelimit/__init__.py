"""Rate limits per API key, per member and per network."""

from __future__ import annotations

from functools import partial

from ..config import Configurator
from ..interfaces import IGuesses, IRateLimiter


def includeme(config: Configurator) -> None:
    """Provide the limiter that the settings choose; the tween is placed in pulsar.tweens."""
    from ..metrics import count
    from .guesses import Guesses
    from .memory import MemoryRateLimiter
    from .redis import RedisRateLimiter

    settings = config.registry.settings
    limiter: MemoryRateLimiter | RedisRateLimiter
    if settings["pulsar.cache"] == "redis":
        limiter = RedisRateLimiter(settings["pulsar.redis_url"], settings["pulsar.redis_prefix"])
    else:
        limiter = MemoryRateLimiter()
    config.add_service(IRateLimiter, limiter)
    # Without limits wrong credentials are only remembered.
    limit = settings["pulsar.rate_limit_anonymous"] if settings["pulsar.rate_limits"] else None
    count_wrong = partial(count, config.registry, "wrong_credentials")
    config.add_service(IGuesses, Guesses(limiter, limit, count_wrong))
