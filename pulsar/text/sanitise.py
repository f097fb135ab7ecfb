"""The HTML that is allowed in the output of formatters."""

from __future__ import annotations

import re

import nh3

from .references import USERNAME
from .tags import ALIGN, COLOR, SIZE

#: Increased whenever the rules change.
VERSION = 1

_TAGS = {
    *("a", "blockquote", "br", "cite", "code", "del", "details", "div", "em", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_WEB = re.compile(r"https?://.{1,2000}", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r".{0,1000}", re.DOTALL)
REL = "nofollow noopener noreferrer"
_VALUES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {
        "href": re.compile(r"(?:https?://|mailto:).{1,2000}", re.IGNORECASE | re.DOTALL),
        "title": _TEXT,
    },
    "blockquote": {"data-username": USERNAME},
    "code": {"class": re.compile(r"language-[A-Za-z0-9_+#.-]{1,32}")},
    "div": {"data-align": ALIGN},
    "img": {"src": _WEB, "alt": _TEXT, "title": _TEXT},
    "ol": {"start": re.compile(r"[0-9]{1,9}")},
    "span": {
        "class": re.compile(r"mention"),
        "data-username": USERNAME,
        "data-color": COLOR,
        "data-size": SIZE,
    },
    "td": {"data-align": ALIGN},
    "th": {"data-align": ALIGN},
}
#: The number of characters that are sanitised at a time. A part ends before the next suitable one.
PART = 24_000
_RUN = re.compile(r"[^<>]+")
_PARTS = re.compile(rf".{{1,{PART}}}[^&\xa0]*", re.DOTALL)


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "rel":
        # Added by ourselves; comments of the author have already been removed.
        return REL
    pattern = _VALUES.get(tag, {}).get(attribute)
    return value if pattern is not None and pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={tag: set(values) for tag, values in _VALUES.items()},
    attribute_filter=_allowed,
    link_rel=REL,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


def sanitise(html: str) -> str:
    """The HTML with only the allowed elements and attributes, and with every element closed."""
    return _CLEANER.clean(_RUN.sub(_broken, html))


def _broken(run: re.Match[str]) -> str:
    """Split a long run of text with comments, which are removed in the end.

    nh3's time is quadratic in the ampersands and no-break spaces of one text: 256,000 of them in a
    row take seconds. No allowed attribute is as long as a part.
    """
    text = run[0]
    return text if len(text) <= PART else "<!---->".join(_PARTS.findall(text))
