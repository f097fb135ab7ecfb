"""Categories of torrents, an extension point of this plugin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError
from zope.interface import implementer

from .interfaces import ITorrentCategory

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


@implementer(ITorrentCategory)
@dataclass(frozen=True, slots=True)
class Category:
    """A registered category."""

    name: str
    title: str


def add_torrent_category(config: Configurator, name: str, title: str) -> None:
    """Directive: let torrents be of this category."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"Category name {name!r} must match {_NAME.pattern}.")
    item = config.introspectable("torrent categories", name, title, "torrent category")
    category = Category(name, title)

    def register() -> None:
        config.registry.registerUtility(category, ITorrentCategory, name)

    config.action(("torrent category", name), register, introspectables=(item,))


def categories(registry: Any) -> list[Category]:
    """The registered categories by name."""
    return [category for _, category in sorted(registry.getUtilitiesFor(ITorrentCategory))]
