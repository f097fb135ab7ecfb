"""What HTML may leave a formatter, whoever wrote the formatter."""

from __future__ import annotations

import re

import nh3

#: Raised whenever the rules change.
VERSION = 1

_TAGS = {
    *("a", "blockquote", "br", "cite", "code", "del", "details", "div", "em", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_ALIGN = re.compile(r"left|center|right|justify")
_WEB = re.compile(r"https?://.{1,2000}", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r".{0,1000}", re.DOTALL)
_VALUES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {
        "href": re.compile(r"(?:https?://|mailto:).{1,2000}", re.IGNORECASE | re.DOTALL),
        "title": _TEXT,
    },
    "blockquote": {"data-username": _NAME},
    "code": {"class": re.compile(r"language-[A-Za-z0-9_+#.-]{1,32}")},
    "div": {"data-align": _ALIGN},
    "img": {"src": _WEB, "alt": _TEXT, "title": _TEXT},
    "ol": {"start": re.compile(r"[0-9]{1,9}")},
    "span": {
        "class": re.compile(r"mention"),
        "data-username": _NAME,
        "data-color": re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|[a-z]{3,20}"),
        "data-size": re.compile(r"[1-9]|10"),
    },
    "td": {"data-align": _ALIGN},
    "th": {"data-align": _ALIGN},
}


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    pattern = _VALUES.get(tag, {}).get(attribute)
    return value if pattern is not None and pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={tag: set(values) for tag, values in _VALUES.items()},
    attribute_filter=_allowed,
    link_rel="nofollow noopener noreferrer",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


def sanitise(html: str) -> str:
    """The HTML with nothing in it but what is allowed, and with every element closed."""
    return _CLEANER.clean(html)
