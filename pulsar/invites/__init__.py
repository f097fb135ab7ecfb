"""Invites: letting somebody in, and who let in whom."""

from __future__ import annotations

from pyramid.config import Configurator

from . import models  # noqa: F401  # its tables are part of the schema


def includeme(config: Configurator) -> None:
    """Provide the tables."""
