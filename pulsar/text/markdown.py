"""Conversion of Markdown to HTML: CommonMark with tables, strikethrough and some BBCode tags."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from . import arrange, brackets
from .addresses import link_target
from .pieces import mention
from .references import References, gather
from .work import TooMuchWork, Work

#: Increased whenever the HTML of any text changes.
VERSION = 2

#: The work of beginning a block, of checking whether a line ends a block, of each token of a block,
#: and of a step through a line. ``_MORE_WORK`` is added at some characters.
_BLOCK_WORK, _LINE_WORK, _TOKEN_WORK, _STEP_WORK = 24, 6, 4, 3
_MORE_WORK = {"<": 22, "~": 10, "!": 18, "`": 8, "[": 11, "&": 7, "*": 6, "_": 6, "@": 5, "\\": 2}


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


@lru_cache(maxsize=4)
def _read(source: str) -> tuple[str, References] | None:
    """HTML and references, or None if the text needs too much work.

    When a text is written, both are needed, one after the other.
    """
    env: dict[str, Any] = {"work": Work()}
    try:
        rendered = str(_MARKDOWN.render(source, env))
    except TooMuchWork:
        return None
    return rendered, gather(env["quoted"], env["mentioned"])


def _count_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule that never applies, and counts the lines at which other rules are tried."""
    work: Work = state.env["work"]
    tokens = max(0, len(state.tokens) - work.tokens)
    work.spend((_LINE_WORK if silent else _BLOCK_WORK) + _TOKEN_WORK * tokens)
    work.tokens = len(state.tokens)
    return False


def _count_step(state: StateInline, silent: bool) -> bool:
    """A rule that never applies, and counts the characters at which other rules are tried."""
    work: Work = state.env["work"]
    work.spend(_STEP_WORK + _MORE_WORK.get(state.src[state.pos], 0))
    return False


def _mention(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    return mention(tokens[place].meta["username"])


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    """Like the original, but handles our tokens."""
    token = tokens[place]
    breaks = ("softbreak", "hardbreak")
    inner = token.children or ()
    alt = "".join(" " if child.type in breaks else child.content for child in inner)
    token.attrSet("alt", alt)
    return renderer.renderToken(tokens, place, options, env)


def _cell(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    """A table's cell, aligned by a data attribute instead of a style."""
    token = tokens[place]
    style = token.attrs.pop("style", None)
    if style is not None:
        token.attrSet("data-align", str(style).partition(":")[2])
    return renderer.renderToken(tokens, place, options, env)


def _is_linked(url: str) -> bool:
    return link_target(url) is not None


def _make() -> MarkdownIt:
    markdown_it = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    markdown_it.enable(["table", "strikethrough"])
    lines = {"alt": ["paragraph", "reference", "blockquote", "list", "table"]}
    markdown_it.block.ruler.before("table", "work", _count_line, lines)  # type: ignore[arg-type]
    markdown_it.inline.ruler.before("text", "work", _count_step)
    brackets.install(markdown_it)
    arrange.install(markdown_it)
    # URLs that cannot be linked remain text.
    markdown_it.validateLink = _is_linked  # type: ignore[method-assign]
    markdown_it.add_render_rule("mention", _mention)
    markdown_it.add_render_rule("image", _image)
    markdown_it.add_render_rule("th_open", _cell)
    markdown_it.add_render_rule("td_open", _cell)
    return markdown_it


_MARKDOWN = _make()
