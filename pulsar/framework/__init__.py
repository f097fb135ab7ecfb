"""Replacements for parts of Pyramid, a module each; decision 26 says what they gain."""

from __future__ import annotations

from ..config import Configurator

#: The modules that are included. Everything works without any of them, only more slowly: a test
#: leaves out one after the other.
SHORTCUTS: tuple[str, ...] = ("request_class", "transactions", "response")


def includeme(config: Configurator) -> None:
    for name in SHORTCUTS:
        config.include(f".{name}")
