"""The tags of BBCode: their HTML, and their permitted content."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from .addresses import link_target
from .pieces import quote_start, spoiler_start, unquoted

COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|[a-z]{3,20}")
SIZE = re.compile(r"[1-9]|10")
ALIGN = re.compile(r"left|center|right|justify")


@dataclass(frozen=True, slots=True)
class Element:
    """The HTML of a tag.

    ``start(argument)`` is None if the argument is not valid for the tag. A block is closed with its
    parent; any other element must be closed explicitly, or its tag remains text.
    """

    start: Callable[[str | None], str | None]
    end: str
    block: bool = False


def _plain(name: str, block: bool = False) -> Element:
    return Element(lambda argument: f"<{name}>" if argument is None else None, f"</{name}>", block)


def _valued(attribute: str, values: re.Pattern[str]) -> Callable[[str | None], str | None]:
    """``data-attribute`` with a value that the pattern allows, in lower case."""

    def attributes(argument: str | None) -> str | None:
        value = unquoted(argument).lower()
        return f' data-{attribute}="{value}"' if values.fullmatch(value) else None

    return attributes


def _with(
    name: str, attributes: Callable[[str | None], str | None], block: bool = False
) -> Element:
    def start(argument: str | None) -> str | None:
        found_attributes = attributes(argument)
        return None if found_attributes is None else f"<{name}{found_attributes}>"

    return Element(start, f"</{name}>", block)


def _link(argument: str | None) -> str | None:
    target = link_target(unquoted(argument))
    return None if target is None else f' href="{escape(target)}"'


ELEMENTS: dict[str, Element] = {
    "b": _plain("strong"),
    "i": _plain("em"),
    "u": _plain("u"),
    "s": _plain("s"),
    "sub": _plain("sub"),
    "sup": _plain("sup"),
    "color": _with("span", _valued("color", COLOR)),
    "size": _with("span", _valued("size", SIZE)),
    "url": _with("a", _link),
    "align": _with("div", _valued("align", ALIGN), block=True),
    "center": Element(
        lambda argument: '<div data-align="center">' if argument is None else None, "</div>", True
    ),
    "quote": Element(quote_start, "</blockquote>", True),
    "spoiler": Element(spoiler_start, "</details>", True),
    "ul": _plain("ul", block=True),
    "ol": _plain("ol", block=True),
    "li": _plain("li", block=True),
    "table": _plain("table", block=True),
    "tr": _plain("tr", block=True),
    "td": _plain("td", block=True),
    "th": _plain("th", block=True),
}
#: Headings, from the highest.
HEADINGS = tuple(f"h{level}" for level in range(1, 7))
ELEMENTS |= {name: _plain(name, block=True) for name in HEADINGS}
#: Elements that may not be inside each element.
OUTSIDE: dict[str, frozenset[str]] = {
    "url": frozenset({"url"}),
    **dict.fromkeys(HEADINGS, frozenset(HEADINGS)),
}
ALIASES = {"*": "li", "hide": "spoiler"}
#: Tags whose content is not parsed.
VERBATIM = ("code", "pre")

#: Elements that are inserted around content that these cannot contain directly.
IMPLIED = {"ul": "li", "ol": "li", "table": "tr", "tr": "td"}
#: The permitted parents of these elements, and the elements that are closed on the way there.
PARENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"ul", "ol"}), frozenset({"li"})),
    "tr": (frozenset({"table"}), frozenset({"tr", "td", "th"})),
    "td": (frozenset({"tr", "table"}), frozenset({"td", "th"})),
    "th": (frozenset({"tr", "table"}), frozenset({"td", "th"})),
}
