"""How much work a text may cause, counted so that the same text is always shown the same."""

from __future__ import annotations

#: The work that formatting a text may be, in units of about a microsecond.
MAX_WORK = 120_000
#: The longest HTML that is made of a text: so many characters for each of it, and some more. Text
#: that is shown as it is stays below that, since no character is longer than ``&amp;``.
HTML_PER_CHARACTER = 5
HTML_ALLOWANCE = 64 * 1024
#: What may be markup, and the most work that a formatter of ours has with each of it.
_MARKUP = "<>~!`[]&*_@\\|#-:=\n\u00a0"
_MARKUP_WORK = 40
_CHARACTERS_PER_UNIT = 8


class TooMuchWork(Exception):
    """The text has more markup than is formatted."""


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
    """The most work that formatting the text may be, told without formatting it."""
    work = len(source) // _CHARACTERS_PER_UNIT + _MARKUP_WORK * sum(map(source.count, _MARKUP))
    return min(work, MAX_WORK)


def longest_html(source: str) -> int:
    """The longest HTML that may be made of the text, in characters."""
    return HTML_PER_CHARACTER * len(source) + HTML_ALLOWANCE
