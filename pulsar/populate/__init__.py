"""Sample data: plugins declare populators, and a script runs them."""

from __future__ import annotations

from ..config import Configurator
from .directive import add_populator


def includeme(config: Configurator) -> None:
    config.add_directive("add_populator", add_populator)
