"""Markdown to HTML: CommonMark with tables and strikethrough, and a few tags of BBCode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from . import arrange, brackets
from .pieces import mention, plain
from .references import References, gather

#: Raised whenever the HTML of some text changes.
VERSION = 1


#: What a character may cost the parser, in units of some microseconds; measured with texts of
#: nothing else. The parser's time is linear, but its lines and brackets are dear.
COSTS = {"\n": 12, "[": 16, "|": 16, "*": 4, "_": 4, "@": 4, "`": 3} | dict.fromkeys(
    "!#$%&+-:<=>\\]^{}~", 1
)
#: The dearest text that is formatted: 13,000 lines, or 10,000 links.
MAX_COST = 160_000


def html(source: str) -> str:
    """The text as HTML; as it is where there is too much markup in it."""
    return plain(source) if _dear(source) else str(_MARKDOWN.render(source, {}))


def references(source: str) -> References:
    """Whom the text quotes, and mentions outside of quotations."""
    env: dict[str, Any] = {"quoted": (), "mentioned": ()}
    if not _dear(source):
        _MARKDOWN.parse(source, env)
    return gather(env["quoted"], env["mentioned"])


def _dear(source: str) -> bool:
    return sum(cost * source.count(mark) for mark, cost in COSTS.items()) > MAX_COST


def _mention(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    return mention(tokens[place].meta["username"])


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    """Like the original, but knows our tokens."""
    token = tokens[place]
    breaks = ("softbreak", "hardbreak")
    inner = token.children or ()
    alt = "".join(" " if one.type in breaks else one.content for one in inner)
    token.attrSet("alt", alt)
    return renderer.renderToken(tokens, place, options, env)


def _cell(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    """A table's cell, aligned by an attribute of ours instead of a style."""
    token = tokens[place]
    style = token.attrs.pop("style", None)
    if style is not None:
        token.attrSet("data-align", str(style).partition(":")[2])
    return renderer.renderToken(tokens, place, options, env)


def _make() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    made.enable(["table", "strikethrough"])
    brackets.install(made)
    arrange.install(made)
    made.add_render_rule("mention", _mention)
    made.add_render_rule("image", _image)
    made.add_render_rule("th_open", _cell)
    made.add_render_rule("td_open", _cell)
    return made


_MARKDOWN = _make()
