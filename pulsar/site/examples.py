"""Examples of the site's own endpoints, for tests that walk the API."""

from __future__ import annotations

from ..testing.examples import Examples

examples = Examples()
examples.constant_list("/")
