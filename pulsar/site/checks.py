"""Running the health checks of the core and of plugins."""

from __future__ import annotations

import structlog

from ..interfaces import IHealthCheck
from ..registry import Registry

log = structlog.get_logger(__name__)


def run_checks(registry: Registry) -> dict[str, bool]:
    """Return whether each declared check passed, by its name."""
    passed = {}
    for name, check in sorted(registry.getUtilitiesFor(IHealthCheck)):
        try:
            check(registry)
        except Exception as error:  # every exception of a check is a failure
            log.warning("health check failed", check=name, error=type(error).__name__)
            passed[name] = False
        else:
            passed[name] = True
    return passed
