"""The cache: ``request.cache`` keeps copies, and drops them after the commit that changed them."""

from __future__ import annotations

from typing import Any

from ..config import Configurator
from ..interfaces import ICache
from ..registry import Registry
from .facade import RequestCache
from .memory import MemoryCache
from .redis import RedisCache

__all__ = ["MemoryCache", "RedisCache", "RequestCache"]


def includeme(config: Configurator) -> None:
    """Provide the cache that the settings choose, and ``request.cache``."""
    settings = config.registry.settings
    cache: Any
    if settings["pulsar.cache"] == "redis":
        cache = RedisCache(settings["pulsar.redis_url"], settings["pulsar.redis_prefix"])
    else:
        cache = MemoryCache(settings["pulsar.cache_size"])
    config.add_service(ICache, cache)
    config.add_request_method(RequestCache, "cache", reify=True)
    config.add_health_check("cache", _check)


def _check(registry: Registry) -> None:
    registry.getUtility(ICache).ping()
