"""Rate limits per API key, per member and per network."""

from __future__ import annotations

from functools import partial

from ..config import Configurator
from ..interfaces import IGuesses, IRateLimiter
from ..settings import CoreSettings


def includeme(config: Configurator) -> None:
    """Provide the limiter that the settings choose; pulsar.tweens adds the tween."""
    from ..metrics import count
    from .guesses import Guesses
    from .memory import MemoryRateLimiter
    from .redis import RedisRateLimiter

    settings = config.registry.settings
    limiter: MemoryRateLimiter | RedisRateLimiter
    if CoreSettings.cache.read(settings) == "redis":
        limiter = RedisRateLimiter(
            CoreSettings.redis_url.read(settings), CoreSettings.redis_prefix.read(settings)
        )
    else:
        limiter = MemoryRateLimiter()
    config.add_service(IRateLimiter, limiter)
    # Without limits, wrong credentials are only remembered, not refused.
    limit = (
        CoreSettings.rate_limit_anonymous.read(settings)
        if CoreSettings.rate_limits.read(settings)
        else None
    )
    count_wrong = partial(count, config.registry, "wrong_credentials")
    config.add_service(IGuesses, Guesses(limiter, limit, count_wrong))
