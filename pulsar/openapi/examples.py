"""Examples of the documentation's files, for tests that walk the API."""

from __future__ import annotations

from ..testing.examples import Examples
from ..testing.site_model import World

examples = Examples()


@examples.parameter("file", path="/docs/assets/")
def file(world: World) -> str:
    """Return the name of the shortest file of the page."""
    return "start.js"
