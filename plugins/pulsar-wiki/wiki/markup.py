"""Links to articles and anchors of headings, which the wiki adds to the HTML of its texts.

The HTML is already sanitised. Tags are copied as they are, and all text is escaped again, so that
text cannot become a tag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import msgspec

from pulsar.text.work import MAX_WORK

from .names import alias_of

#: Must be increased whenever the same HTML gives another result.
VERSION = 2
#: The maximum numbers of different linked articles and of anchors in a text. Further links and
#: headings are left unchanged.
MAX_LINKS = 1_000
MAX_HEADINGS = 500

_LINK = re.compile(r"\[\[([^\[\]|\n]{1,256})(?:\|([^\[\]|\n]{1,256}))?\]\]")
_HEADING = re.compile(r"h[1-6]")
#: Elements in which links are not recognised.
_LITERAL = frozenset({"a", "code", "pre"})
_MAX_SLUG = 64
#: The maximum number of characters of a heading in the table of contents.
_MAX_TITLE = 512
#: The work of a tag, of a character reference and of a link.
_TAG_WORK, _REFERENCE_WORK, _LINK_WORK = 5, 1, 10
#: The maximum length that an anchor adds to the HTML: its attribute, its slug and a number.
_ANCHOR_LENGTH = len(' id="section-"') + _MAX_SLUG + 8


class Link(msgspec.Struct, frozen=True):
    """A link ``[[target|text]]``."""

    alias: str
    text: str

    def html(self, known_aliases: Collection[str]) -> str:
        """Return the link, or the text marked as missing if the alias is unknown."""
        label = escape(self.text)
        if self.alias not in known_aliases:
            return f'<span class="wiki-missing">{label}</span>'
        return f'<a class="wiki-link" href="/wiki/{quote(self.alias, safe="")}">{label}</a>'

    @property
    def longest(self) -> int:
        """The length of its HTML, whichever form of it is longer."""
        return max(len(self.html(())), len(self.html((self.alias,))))


class Heading(msgspec.Struct):
    """A heading. ``place`` is the index of its tag among the parts of the text."""

    level: int
    place: int
    title: str = ""
    anchor: str = ""


class Markup(msgspec.Struct):
    """A parsed text: HTML, links and the tags of headings, in their order."""

    parts: list[str | Link] = []
    headings: list[Heading] = []

    @property
    def aliases(self) -> list[str]:
        """The linked aliases without duplicates, in their order."""
        return list(dict.fromkeys(piece.alias for piece in self.parts if isinstance(piece, Link)))

    def html(self, known_aliases: Collection[str]) -> str:
        """Return the HTML with anchors, and with links to the known aliases."""
        parts = [
            piece if isinstance(piece, str) else piece.html(known_aliases) for piece in self.parts
        ]
        for heading in self.headings:
            parts[heading.place] = f'<h{heading.level} id="{escape(heading.anchor)}">'
        return "".join(parts)

    def toc(self) -> list[dict[str, Any]]:
        """Return the table of contents: headings, with those of lower levels as their children."""
        root: list[dict[str, Any]] = []
        above: list[dict[str, Any]] = []
        for heading in self.headings:
            entry: dict[str, Any] = {
                "level": heading.level,
                "title": heading.title,
                "anchor": heading.anchor,
                "children": [],
            }
            while above and above[-1]["level"] >= heading.level:
                above.pop()
            (above[-1]["children"] if above else root).append(entry)
            above.append(entry)
        return root


def parse(html: str, longest: int) -> Markup:
    """Parse sanitised HTML.

    HTML with too many tags is left unchanged. Links and anchors are left out if they would make the
    HTML longer than ``longest``, or are too much work.
    """
    work = html.count("<") * _TAG_WORK + html.count("&") * _REFERENCE_WORK
    if work > MAX_WORK:
        return Markup([html])
    parser = _Parser(MAX_WORK - work, longest - len(html))
    parser.feed(html)
    parser.close()
    return parser.finish()


class _Parser(HTMLParser):
    def __init__(self, work: int, characters: int) -> None:
        super().__init__(convert_charrefs=True)
        #: The work and the characters that links and anchors may still add.
        self._work = work
        self._characters = characters
        self._markup = Markup()
        #: HTML that is not yet among the parts, and text that is not yet HTML.
        self._html: list[str] = []
        self._text: list[str] = []
        self._literal = 0
        self._heading: Heading | None = None
        self._linked: set[str] = set()
        self._anchors: set[str] = set()
        self._numbers: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy the tag, or add a part for a heading, which gets its anchor when it ends."""
        self._flush()
        if (
            _HEADING.fullmatch(tag)
            and len(self._markup.headings) < MAX_HEADINGS
            and self._characters >= _ANCHOR_LENGTH
        ):
            self._characters -= _ANCHOR_LENGTH
            self._cut()
            self._heading = Heading(int(tag[1]), len(self._markup.parts))
            self._markup.headings.append(self._heading)
            self._markup.parts.append("")
        else:
            self._html.append(self.get_starttag_text() or "")
        self._literal += tag in _LITERAL

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy an empty element."""
        self._flush()
        self._html.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Copy the tag. At its end, a heading gets its anchor."""
        self._flush()
        if self._heading is not None and _HEADING.fullmatch(tag):
            self._name(self._heading)
            self._heading = None
        self._literal -= tag in _LITERAL
        self._html.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Collect text, which may come in several pieces."""
        self._text.append(data)

    def finish(self) -> Markup:
        """Return the markup of all that was parsed."""
        self._flush()
        if self._heading is not None:
            self._name(self._heading)
        self._cut()
        return self._markup

    def _cut(self) -> None:
        """Add the HTML that was collected to the parts."""
        if self._html:
            self._markup.parts.append("".join(self._html))
            self._html.clear()

    def _flush(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        place = 0
        for match in () if self._literal else _LINK.finditer(text):
            link = self._link(match)
            if link is not None:
                self._put(text[place : match.start()])
                self._cut()
                self._markup.parts.append(link)
                self._title(link.text)
                place = match.end()
        self._put(text[place:])

    def _put(self, text: str) -> None:
        if text:
            self._html.append(escape(text, quote=False))
            self._title(text)

    def _title(self, text: str) -> None:
        if self._heading is not None and len(self._heading.title) < _MAX_TITLE:
            self._heading.title += text[:_MAX_TITLE]

    def _link(self, match: re.Match[str]) -> Link | None:
        if self._work < _LINK_WORK:
            return None
        self._work -= _LINK_WORK
        alias = alias_of(match[1])
        if alias is None or (alias not in self._linked and len(self._linked) == MAX_LINKS):
            return None
        link = Link(alias, (match[2] or match[1]).strip() or alias)
        characters = link.longest - len(escape(match[0], quote=False))
        if characters > self._characters:
            return None
        self._characters -= characters
        self._linked.add(alias)
        return link

    def _name(self, heading: Heading) -> None:
        """Give the heading an anchor that no other heading has."""
        heading.title = " ".join(heading.title.split())
        base = slug(heading.title)
        anchor = base
        while anchor in self._anchors:
            self._numbers[base] = self._numbers.get(base, 1) + 1
            anchor = f"{base}-{self._numbers[base]}"
        self._anchors.add(anchor)
        heading.anchor = anchor


def slug(title: str) -> str:
    """Return the anchor of a heading: words and hyphens after the prefix ``section``."""
    folded = unicodedata.normalize("NFKC", title.casefold())
    words = re.sub(r"[\W_]+", "-", folded).strip("-")[:_MAX_SLUG].strip("-")
    return f"section-{words}" if words else "section"
