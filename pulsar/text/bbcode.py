"""Conversion of BBCode to HTML, with bounded time and depth.

One pass over the text with a stack of open elements. A tag that has no meaning in its place
(unknown, with an invalid argument, unclosed, closed without being open, too deep) remains text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from . import pieces
from .addresses import MAX_ADDRESS, address_pattern, link_target, web_address, without_punctuation
from .references import References, gather, is_username
from .tags import ALIASES, ELEMENTS, IMPLIED, OUTSIDE, PARENTS, VERBATIM, Element
from .work import TooMuchWork, Work

#: Increased whenever the HTML of any text changes.
VERSION = 3
#: Maximum nesting of elements.
DEPTH = 50

#: The work of each kind of token.
_TAG_WORK, _ADDRESS_WORK, _LINE_WORK = 5, 8, 2

_TAGS = "|".join(map(re.escape, (*ELEMENTS, *ALIASES, *VERBATIM, "list", "hr", "img", "user")))
# An argument contains brackets in pairs only, and nothing that would begin another argument, so
# that no part is scanned twice.
_ARGUMENT = (
    r"(?:=(?P<argument>[^\[\]\n]{0,2100}+(?:\[[\w.~%:-]{0,64}+\][^\[\]\n]{0,2100}+){0,32}+))?+"
)
_TOKEN = re.compile(
    rf"\[(?P<slash>/?)(?P<name>[a-z]{{1,10}}[1-6]?|\*){_ARGUMENT}\]"
    rf"|(?<![a-z0-9])(?P<address>{address_pattern(_TAGS)})"
    r"|(?P<line>\n)",
    re.IGNORECASE,
)
# The content ends before the next of these tags, so that no part is scanned twice.
_CONTENT = re.compile(
    rf"(?P<content>(?:[^\[\n]|\[(?!/?(?:url|img|user)[\]=])){{1,{MAX_ADDRESS + 100}}}+)"
    r"\[/(?P<name>url|img|user)\]",
    re.IGNORECASE,
)
_ENDS = {name: re.compile(rf"\[/{name}\]", re.IGNORECASE) for name in VERBATIM}
_INLINE = [name for name, element in ELEMENTS.items() if not element.block]
_BLOCKS = [*(name for name, element in ELEMENTS.items() if element.block), *ALIASES, *VERBATIM]
_MARKUP = re.compile(
    rf"\[/?(?:(?P<inline>{'|'.join(_INLINE)})|list|hr|img|user|{'|'.join(map(re.escape, _BLOCKS))})"
    rf"{_ARGUMENT}\]",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,32}")


def html(source: str) -> str:
    """The text as HTML. Raises TooMuchWork."""
    read = _read(source)
    if read is None:
        raise TooMuchWork
    return read[0]


def references(source: str) -> References:
    """The members whom the text quotes, and mentions outside of quotations."""
    read = _read(source)
    return References() if read is None else read[1]


def searchable(source: str) -> str:
    """The text without tags, so that their names are not searchable."""
    return _MARKUP.sub(lambda match: "" if match["inline"] else " ", source)


@lru_cache(maxsize=4)
def _read(source: str) -> tuple[str, References] | None:
    """HTML and references, or None if the text needs too much work.

    When a text is written, both are needed, one after the other.
    """
    try:
        reader = _Reader(source)
    except TooMuchWork:
        return None
    return reader.html, gather(reader.quoted, reader.mentioned)


@dataclass(slots=True)
class _Open:
    name: str
    element: Element
    tag: str
    place: int


class _Reader:
    """Parses a text; ``html`` is the result."""

    def __init__(self, source: str) -> None:
        self.quoted: list[str] = []
        self.mentioned: list[str] = []
        self._source = source
        self._position = 0
        self._chunks: list[str] = []
        self._stack: list[_Open] = []
        self._quotations = 0
        self._endless: set[str] = set()
        self._work = Work()
        self._read()
        self.html = "".join(self._chunks)

    def _read(self) -> None:
        while match := _TOKEN.search(self._source, self._position):
            self._text(self._source[self._position : match.start()])
            self._position = match.end()
            if match["line"]:
                self._work.spend(_LINE_WORK)
                self._line()
            elif match["address"]:
                self._work.spend(_ADDRESS_WORK)
                self._address(match["address"])
            else:
                self._work.spend(_TAG_WORK)
                if not self._tag(match):
                    self._text(match[0])
        self._text(self._source[self._position :])
        while self._stack:
            self._pop()

    def _text(self, text: str) -> None:
        if text.strip():
            self._settle()
        if text and self._top() not in IMPLIED:
            self._chunks.append(escape(text, quote=False))

    def _line(self) -> None:
        if self._top() not in IMPLIED:
            self._chunks.append("<br>")

    def _address(self, text: str) -> None:
        address = without_punctuation(text)
        if web_address(address) is None or self._within("url"):
            self._text(text)
            return
        self._inline(f'<a href="{escape(address)}">{escape(address, quote=False)}</a>')
        self._text(text[len(address) :])

    def _tag(self, match: re.Match[str]) -> bool:
        """Handle a tag; return whether it has a meaning here."""
        name = match["name"].lower()
        name = ALIASES.get(name, name)
        argument = match["argument"]
        if match["slash"]:
            return argument is None and self._close(name)
        if name in VERBATIM:
            return self._verbatim(name, argument)
        if name == "hr" and argument is None:
            self._inline("<hr>")
            self._skip_line()
            return True
        if name in ("img", "user") or (name == "url" and argument is None):
            return self._content(name, argument)
        if name == "list" and argument in (None, "1", "a", "A", "i", "I"):
            return self._open("ul" if argument is None else "ol", None, match[0])
        return name in ELEMENTS and self._open(name, argument, match[0])

    def _open(self, name: str, argument: str | None, tag: str) -> bool:
        element = ELEMENTS[name]
        start = element.start(argument)
        if start is None or len(self._stack) >= DEPTH or self._within(*OUTSIDE.get(name, ())):
            return False
        if name in PARENTS:
            if not self._enter(name):
                return False
        else:
            self._settle()
        if name == "quote":
            if not self._quotations and is_username(username := pieces.author(argument)):
                self.quoted.append(username)
            self._quotations += 1
        self._push(name, start, tag)
        if element.block:
            self._skip_line()
        return True

    def _close(self, name: str) -> bool:
        if name == "list":
            name = next(
                (opened.name for opened in reversed(self._stack) if opened.name in ("ul", "ol")), ""
            )
        element = ELEMENTS.get(name)
        if element is None:
            return False
        for depth in range(len(self._stack) - 1, -1, -1):
            if self._stack[depth].name == name:
                self._cut(depth + 1)
                self._pop(closed=True)
                if element.block:
                    self._skip_line()
                return True
            if self._stack[depth].element.block and not element.block:
                return False
        return False

    def _enter(self, name: str) -> bool:
        """Open the place where a part of a list or table may be; return whether there is one."""
        parents, like = PARENTS[name]
        for depth in range(len(self._stack) - 1, -1, -1):
            element = self._stack[depth]
            if element.name in parents:
                self._cut(depth + 1)
                if element.name == "table" and name != "tr":
                    self._imply("tr")
                return True
            if element.element.block and element.name not in like:
                return False
        return False

    def _settle(self) -> None:
        """Open the elements that are required before text is allowed."""
        while (child := IMPLIED.get(self._top())) is not None:
            self._imply(child)

    def _imply(self, name: str) -> None:
        self._push(name, f"<{name}>", "")

    def _push(self, name: str, start: str, tag: str) -> None:
        self._stack.append(_Open(name, ELEMENTS[name], tag, len(self._chunks)))
        self._chunks.append(start)

    def _pop(self, *, closed: bool = False) -> None:
        gone = self._stack.pop()
        if gone.name == "quote":
            self._quotations -= 1
        if gone.element.block:
            if self._chunks[-1] == "<br>":
                self._chunks.pop()
            self._chunks.append(gone.element.end)
        elif closed:
            self._chunks.append(gone.element.end)
        else:
            self._chunks[gone.place] = escape(gone.tag, quote=False)

    def _cut(self, depth: int) -> None:
        while len(self._stack) > depth:
            self._pop()

    def _verbatim(self, name: str, argument: str | None) -> bool:
        end = None
        if name not in self._endless:
            end = _ENDS[name].search(self._source, self._position)
        if end is None:
            self._endless.add(name)
            return False
        content = self._source[self._position : end.start()].removeprefix("\n").removesuffix("\n")
        code = escape(content, quote=False)
        if name == "code":
            language = (
                unquoted if _LANGUAGE.fullmatch(unquoted := pieces.unquoted(argument)) else ""
            )
            of = f' class="language-{language}"' if language else ""
            code = f"<code{of}>{code}</code>"
        self._inline(f"<pre>{code}</pre>")
        self._position = end.end()
        self._skip_line()
        return True

    def _content(self, name: str, argument: str | None) -> bool:
        """Handle a tag whose content is a URL or a name."""
        if name == "img" and argument is not None:
            return self._filled(name, pieces.unquoted(argument), self._position)
        match = _CONTENT.match(self._source, self._position)
        if match is None or argument is not None or match["name"].lower() != name:
            return False
        return self._filled(name, match["content"].strip(), match.end())

    def _filled(self, name: str, content: str, end: int) -> bool:
        if name == "user":
            if not is_username(content):
                return False
            if not self._quotations:
                self.mentioned.append(content)
            self._inline(pieces.mention(content))
        elif name == "img":
            if web_address(content) is None:
                return False
            self._inline(f'<img src="{escape(content)}" alt="">')
        else:
            if link_target(content) is None or self._within("url"):
                return False
            self._inline(f'<a href="{escape(content)}">{escape(content, quote=False)}</a>')
        self._position = end
        return True

    def _inline(self, piece: str) -> None:
        self._settle()
        self._chunks.append(piece)

    def _skip_line(self) -> None:
        if self._source.startswith("\n", self._position):
            self._position += 1

    def _top(self) -> str:
        return self._stack[-1].name if self._stack else ""

    def _within(self, *names: str) -> bool:
        return any(element.name in names for element in self._stack)
