"""Rate limits per API key, per member and per address."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from ..interfaces import IRateLimiter


def includeme(config: Configurator) -> None:
    """Provide the limiter that the settings choose; the tween is placed in pulsar.tweens."""
    from .memory import MemoryRateLimiter
    from .redis import RedisRateLimiter

    settings = config.registry.settings
    limiter: Any
    if settings["pulsar.cache"] == "redis":
        limiter = RedisRateLimiter(settings["pulsar.redis_url"], settings["pulsar.redis_prefix"])
    else:
        limiter = MemoryRateLimiter()
    config.add_service(IRateLimiter, limiter)
