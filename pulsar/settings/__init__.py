"""Typed settings: declared once with a default and an explanation, read from the ini file."""

from .core import CoreSettings, derive
from .parsers import boolean, choice, integer, interval, seconds, size, text, words
from .setting import Setting, Settings

__all__ = [
    "CoreSettings",
    "Setting",
    "Settings",
    "boolean",
    "choice",
    "derive",
    "integer",
    "interval",
    "seconds",
    "size",
    "text",
    "words",
]
