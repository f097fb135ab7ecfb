"""Rules with which Markdown's parser finds ``[quote]``, ``[spoiler]``, ``[user]`` and ``@name``."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_inline import StateInline

from .references import USERNAME
from .tags import ALIASES

_TAG = re.compile(
    r"\[(?P<slash>/?)(?P<name>quote|spoiler|hide)(?:=(?P<argument>[^\[\]\n]{0,2000}))?\]",
    re.IGNORECASE,
)
_USER = re.compile(rf"\[user\]\s*(?P<name>{USERNAME.pattern})\s*\[/user\]", re.IGNORECASE)
# A trailing full stop or hyphen belongs to the sentence.
_AT = re.compile(r"@(?P<name>[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9_])?)(?![\w@])")


def install(markdown: MarkdownIt) -> None:
    breaks = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("reference", "bracket", _line, breaks)  # type: ignore[arg-type]
    markdown.inline.ruler.before("link", "bracket", _bracket)
    markdown.inline.ruler.before("link", "user", _user)
    markdown.inline.ruler.push("at", _at)
    markdown.inline.add_terminator_char("@")


def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """End the previous paragraph at a line that begins with a tag, so that no list includes it.

    The line begins a new paragraph, even if it could also be the definition of a link.
    """
    if state.is_code_block(start):
        return False
    first = state.bMarks[start] + state.tShift[start]
    if not _TAG.match(state.src, first, state.eMarks[start]):
        return False
    return silent or paragraph(state, start, end, silent)


def _bracket(state: StateInline, silent: bool) -> bool:
    match = _TAG.match(state.src, state.pos, state.posMax)
    if match is None or (match["slash"] and match["argument"] is not None):
        return False
    if not silent:
        token = state.push("bracket", "", 0)
        token.content = match[0]
        name = match["name"].lower()
        token.meta = {
            "name": ALIASES.get(name, name),
            "closes": bool(match["slash"]),
            "argument": match["argument"],
        }
    state.pos = match.end()
    return True


def _user(state: StateInline, silent: bool) -> bool:
    return _mention(state, silent, _USER.match(state.src, state.pos, state.posMax))


def _at(state: StateInline, silent: bool) -> bool:
    before = state.src[state.pos - 1] if state.pos else " "
    if before.isalnum() or before in "_/@":
        return False
    return _mention(state, silent, _AT.match(state.src, state.pos, state.posMax))


def _mention(state: StateInline, silent: bool, match: re.Match[str] | None) -> bool:
    if match is None:
        return False
    if not silent:
        token = state.push("mention", "", 0)
        token.content = match[0]
        token.meta = {"username": match["name"]}
    state.pos = match.end()
    return True
