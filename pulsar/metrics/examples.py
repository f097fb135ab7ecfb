"""Examples of metrics, for tests that walk the API."""

from __future__ import annotations

from ..testing.examples import Examples
from ..testing.site_model import Person, World
from .views.metrics import OPEN

examples = Examples()


@examples.caller("GET /metrics")
def monitoring(world: World) -> Person:
    """An anonymous client, since the example site publishes its metrics."""
    settings = world.registry.settings
    before = settings["pulsar.metrics_token"]
    world.after.callback(settings.update, {"pulsar.metrics_token": before})
    settings["pulsar.metrics_token"] = OPEN
    return world.staff
