"""Converts the quotations and spoilers that Markdown's parser found into blocks.

A tag is valid in a paragraph, outside of emphasis and links; it splits the paragraph. Its block
ends at the closing tag in the same quotation, list item or the like, or with that container.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from . import pieces
from .references import is_username

#: Maximum nesting of quotations and spoilers.
DEPTH = 20

_STARTS = {"quote": pieces.quote_start, "spoiler": pieces.spoiler_start}
_ENDS = {"quote": "</blockquote>\n", "spoiler": "</details>\n"}


def install(markdown: MarkdownIt) -> None:
    """Add the rule, after all others."""
    markdown.core.ruler.push("arrange", _arrange)


def _arrange(state: StateCore) -> None:
    arranged = _Arranged(state.tokens)
    state.tokens = arranged.tokens
    state.env["quoted"] = arranged.quoted
    state.env["mentioned"] = arranged.mentioned


class _Arranged:
    """The tokens in their final order, and the members they refer to."""

    def __init__(self, tokens: list[Token]) -> None:
        self.quoted: list[str] = []
        self.mentioned: list[str] = []
        self.tokens: list[Token] = []
        #: The tags that are open in each of the blocks that are open.
        self._open: list[list[str]] = [[]]
        self._depth = 0
        self._quotations = 0
        paragraph: Token | None = None
        for token in tokens:
            if token.type == "paragraph_open":
                paragraph = token
            elif token.type == "paragraph_close":
                paragraph = None
            elif token.type == "inline" and paragraph is not None:
                self._paragraph(paragraph, token)
            else:
                self._block(token)
        self._end_all()

    def _block(self, token: Token) -> None:
        if token.type == "inline":
            token.children = [self._seen(child) for child in token.children or ()]
        if token.nesting < 0:
            self._end_all()
            self._open.pop()
        self._quotations += token.nesting if token.tag == "blockquote" else 0
        if token.nesting > 0:
            self._open.append([])
        self.tokens.append(token)

    def _paragraph(self, paragraph: Token, inline: Token) -> None:
        pending: list[Token] = []
        for child in inline.children or ():
            if child.type == "bracket" and child.level == 0 and self._counts(child):
                self._flush(paragraph, pending)
                pending = []
                if child.meta["closes"]:
                    self._end(child.meta["name"])
                else:
                    self._start(child)
            else:
                pending.append(self._seen(child))
        self._flush(paragraph, pending)

    def _counts(self, tag: Token) -> bool:
        if tag.meta["closes"]:
            return tag.meta["name"] in self._open[-1]
        return self._depth < DEPTH

    def _start(self, tag: Token) -> None:
        name, argument = tag.meta["name"], tag.meta["argument"]
        if name == "quote":
            if not self._quotations and is_username(username := pieces.author(argument)):
                self.quoted.append(username)
            self._quotations += 1
        self._open[-1].append(name)
        self._depth += 1
        self._raw(_STARTS[name](argument))

    def _end(self, name: str) -> None:
        """End the innermost block of this name, and the blocks that are open inside it."""
        ended = ""
        while ended != name:
            ended = self._open[-1].pop()
            self._depth -= 1
            self._quotations -= ended == "quote"
            self._raw(_ENDS[ended])

    def _end_all(self) -> None:
        while self._open[-1]:
            self._end(self._open[-1][-1])

    def _seen(self, token: Token) -> Token:
        """Record mentions; a tag that is not valid here is text."""
        if token.type == "mention" and not self._quotations:
            self.mentioned.append(token.meta["username"])
        elif token.type == "bracket":
            token.type = "text"
        return token

    def _flush(self, paragraph: Token, pending: list[Token]) -> None:
        """Make a separate paragraph of this part, unless it is empty."""
        breaks = ("softbreak", "hardbreak")
        while pending and pending[-1].type in breaks:
            pending.pop()
        while pending and pending[0].type in breaks:
            del pending[0]
        if not pending:
            return
        inline = Token("inline", "", 0, children=pending)
        end = Token("paragraph_close", "p", -1, block=True, hidden=paragraph.hidden)
        self.tokens += [paragraph, inline, end]

    def _raw(self, html: str) -> None:
        self.tokens.append(Token("html_block", "", 0, content=html, block=True))
