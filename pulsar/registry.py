"""The application registry, with the types of what Pulsar keeps in it."""

from __future__ import annotations

from typing import Any

import pyramid.registry


class Registry(pyramid.registry.Registry):
    """Where settings, services and registrations are found; ``getUtility(IThing)`` is an IThing."""

    settings: dict[str, Any]
