"""Jobs: work that is due by the clock, done by exactly one process."""

from __future__ import annotations

from pyramid.config import Configurator

from . import models  # noqa: F401  # its tables are part of the schema


def includeme(config: Configurator) -> None:
    """Provide the tables."""
