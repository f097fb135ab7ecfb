"""Checks HTML by parsing it, with separate rules for tests."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"br", "hr", "img"}
USERNAME = r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}"
ALIGN = "left|right|center|justify"
WEB = r"(?i:https?)://(?s:.)+"
ANY = r"(?s:.)*"
REL = "nofollow noopener noreferrer"
#: Elements, their attributes, and patterns of the decoded values.
ALLOWED: dict[str, dict[str, str]] = {
    "a": {"href": rf"{WEB}|(?i:mailto):(?s:.)+", "title": ANY, "rel": REL},
    "blockquote": {"data-username": USERNAME},
    "code": {"class": r"language-[\w+#.\-]{1,32}"},
    "div": {"data-align": ALIGN},
    "img": {"src": WEB, "alt": ANY, "title": ANY},
    "ol": {"start": "[0-9]+"},
    "span": {
        "class": "mention",
        "data-username": USERNAME,
        "data-color": "#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,20}",
        "data-size": "[1-9]|10",
    },
    "td": {"data-align": ALIGN},
    "th": {"data-align": ALIGN},
}
#: Elements without attributes.
PLAIN = {
    *("br", "cite", "del", "details", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p"),
    *("pre", "s", "strong", "sub", "summary", "sup", "table", "tbody", "thead", "tr", "u", "ul"),
}


class Judge(HTMLParser):
    """Collects the faults of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.words: list[str] = []
        self.deepest = 0
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.problems.append(f"never closed: {self._open}")

    @property
    def text(self) -> str:
        """Return the text that readers see."""
        return "".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED and tag not in PLAIN:
            self.problems.append(f"element {tag}")
        if tag == "a" and "a" in self._open:
            self.problems.append("link within a link")
        seen = set()
        for name, value in attrs:
            pattern = ALLOWED.get(tag, {}).get(name)
            if name in seen or pattern is None or not re.fullmatch(pattern, value or ""):
                self.problems.append(f"attribute {tag} {name}={value!r}")
            seen.add(name)
        if tag == "a" and "rel" not in seen:
            self.problems.append("link without rel")
        if tag not in VOID:
            self._open.append(tag)
            self.deepest = max(self.deepest, len(self._open))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"closed {tag} in {self._open[-3:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.problems.append(f"declaration {data!r}")


def judged(html: str) -> Judge:
    """Return the judge of the HTML, after asserting that it found no faults."""
    judge = Judge(html)
    assert judge.problems == [], html[:500]
    return judge
