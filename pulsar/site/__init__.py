"""The endpoints ``/`` and ``/health``."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IRoot
from .resources import Health


def includeme(config: Configurator) -> None:
    """Provide ``/`` and ``/health``."""
    config.add_domain("Site")
    config.add_resource("health", Health, parent=IRoot)
    config.add_link("health", "/health")
    # Load balancers send many health checks, without an API key.
    config.add_rate_limit("Health", r"/health", None, methods=("GET", "HEAD"))
    config.scan(".views")
