"""The limit of a text's work, counted so that the same text is always shown in the same way."""

from __future__ import annotations

#: Maximum work of formatting a text, in units of about a microsecond.
MAX_WORK = 120_000
#: The longest HTML of a text: a number of characters for each of the text's characters, and a
#: constant. Unformatted texts stay below that, since no character is longer than ``&amp;``.
HTML_PER_CHARACTER = 5
HTML_ALLOWANCE = 64 * 1024
#: Characters that may be markup, and the maximum work of our formatters for each of them.
_MARKUP = "<>~!`[]&*_@\\|#-:=\n\u00a0"
_MARKUP_WORK = 40
_CHARACTERS_PER_UNIT = 8


class TooMuchWork(Exception):
    """The text has too much markup to be formatted."""


class Work:
    """Counts the work that one text causes."""

    __slots__ = ("left", "tokens")

    def __init__(self) -> None:
        self.left = MAX_WORK
        #: How many of the parser's tokens have been counted.
        self.tokens = 0

    @property
    def spent(self) -> int:
        """The units that were counted."""
        return MAX_WORK - self.left

    def spend(self, units: int) -> None:
        """Count the work. Raises TooMuchWork."""
        self.left -= units
        if self.left < 0:
            raise TooMuchWork


def most_work(source: str) -> int:
    """The maximum work of formatting the text, estimated without formatting it."""
    work = len(source) // _CHARACTERS_PER_UNIT + _MARKUP_WORK * sum(map(source.count, _MARKUP))
    return min(work, MAX_WORK)


def longest_html(source: str) -> int:
    """The maximum length of the text's HTML, in characters."""
    return HTML_PER_CHARACTER * len(source) + HTML_ALLOWANCE
