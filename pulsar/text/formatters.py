"""Declared formatters of members' texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyramid.exceptions import ConfigurationError
from zope.interface import implementer

from ..config import Configurator
from ..interfaces import ITextFormatter
from ..registry import Registry
from ..settings import CoreSettings
from . import bbcode
from .references import References


@implementer(ITextFormatter)
@dataclass(frozen=True, slots=True)
class TextFormatter:
    """A declared formatter."""

    name: str
    title: str
    html: Callable[[str], str]
    references: Callable[[str], References]
    searchable: Callable[[str], str]
    version: int


def add_text_formatter(
    config: Configurator,
    name: str,
    title: str,
    html: Callable[[str], str],
    *,
    references: Callable[[str], References] = bbcode.references,
    searchable: Callable[[str], str] = bbcode.searchable,
    version: int = 1,
) -> None:
    """Directive: let members write texts in this format.

    ``html(source)`` returns HTML, which is always sanitised, and cached under the version: increase
    it whenever the HTML of any text changes. ``references(source)`` returns the members whom the
    text quotes and mentions, ``searchable(source)`` the words by which it is found; without them
    the tags of BBCode apply.
    """
    if not 0 < len(name) <= 32:
        raise ConfigurationError(f"Name {name!r} must have 1 to 32 characters.")
    item = config.introspectable("pulsar text formatters", name, title, "text formatter")
    formatter = TextFormatter(
        name,
        title,
        config.maybe_dotted(html),
        config.maybe_dotted(references),
        config.maybe_dotted(searchable),
        version,
    )
    item["formatter"] = formatter

    def register() -> None:
        config.registry.registerUtility(formatter, ITextFormatter, name)

    config.action(("pulsar text formatter", name), register, introspectables=(item,))


def names(registry: Registry) -> list[str]:
    """The names of the available formats."""
    return sorted(name for name, _ in registry.getUtilitiesFor(ITextFormatter))


def require_usual(config: Configurator) -> None:
    """Refuse to start if ``pulsar.text_format`` names no formatter."""
    usual = CoreSettings.text_format.of(config.registry)
    format_names = names(config.registry)
    if usual not in format_names:
        raise ConfigurationError(
            f"Setting pulsar.text_format: {usual!r} must be one of {', '.join(format_names)}."
        )
