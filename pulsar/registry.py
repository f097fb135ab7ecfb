"""The application registry, typed for Pulsar."""

from __future__ import annotations

from typing import Any

import pyramid.registry


class Registry(pyramid.registry.Registry):
    """Holds settings, services and registrations; ``getUtility(IThing)`` returns an IThing."""

    settings: dict[str, Any]
