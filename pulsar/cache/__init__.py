"""The cache: ``request.cache`` stores copies, and drops them after the commit that changed them."""

from __future__ import annotations

from typing import Any

from ..config import Configurator
from ..interfaces import ICache
from ..registry import Registry
from ..settings import CoreSettings
from .facade import RequestCache
from .memory import MemoryCache
from .redis import RedisCache

__all__ = ["MemoryCache", "RedisCache", "RequestCache"]


def includeme(config: Configurator) -> None:
    """Provide the cache that the settings choose, and ``request.cache``."""
    settings = config.registry.settings
    cache: Any
    if CoreSettings.cache.read(settings) == "redis":
        cache = RedisCache(
            CoreSettings.redis_url.read(settings), CoreSettings.redis_prefix.read(settings)
        )
    else:
        cache = MemoryCache(CoreSettings.cache_size.read(settings))
    config.add_service(ICache, cache)
    config.add_request_method(RequestCache, "cache", reify=True)
    config.add_health_check("cache", _check)


def _check(registry: Registry) -> None:
    registry.getUtility(ICache).ping()
