"""Replacements for parts of Pyramid, one module each; decision 26 says what they gain."""

from __future__ import annotations

from ..config import Configurator

#: The modules to include. Everything works without any of them, only more slowly; a test omits each
#: of them in turn.
SHORTCUTS: tuple[str, ...] = ("request_class", "transactions", "response")


def includeme(config: Configurator) -> None:
    for name in SHORTCUTS:
        config.include(f".{name}")
