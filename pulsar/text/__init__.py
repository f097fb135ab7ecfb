"""Members' texts: Markdown, BBCode and formats of plugins, converted to safe HTML."""

from __future__ import annotations

from ..config import CHECKS, Configurator
from ..interfaces import IText
from . import bbcode, markdown
from .fields import HtmlField
from .formatters import add_text_formatter, require_usual
from .nodes import Format
from .references import References
from .service import Text

__all__ = ["Format", "HtmlField", "References"]


def includeme(config: Configurator) -> None:
    """Provide the text service and the formats of the core."""
    config.add_directive("add_text_formatter", add_text_formatter)
    config.add_service(IText, Text(config.registry))
    for name, title, formatter in (
        ("bbcode", "BBCode", bbcode),
        ("markdown", "Markdown", markdown),
    ):
        config.add_text_formatter(
            name,
            title,
            formatter.html,
            references=formatter.references,
            version=formatter.VERSION,
        )
    config.action(("pulsar", "text format check"), require_usual, (config,), order=CHECKS)
