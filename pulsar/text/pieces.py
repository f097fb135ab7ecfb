"""Pieces of HTML that the formatters share."""

from __future__ import annotations

from html import escape

from .references import is_username

_QUOTES = "\"'"


def plain(source: str) -> str:
    """The text unformatted, with its line breaks."""
    return escape(source, quote=False).replace("\n", "<br>")


def unquoted(argument: str | None) -> str:
    """A tag's argument without surrounding spaces and quotation marks."""
    text = (argument or "").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        text = text[1:-1].strip()
    return text


def mention(username: str) -> str:
    return f'<span class="mention" data-username="{username}">@{username}</span>'


def author(argument: str | None) -> str:
    """The author quoted by ``[quote=name]`` or ``[quote=name|anything]``; empty for nobody."""
    return unquoted(unquoted(argument).partition("|")[0])


def quote_start(argument: str | None) -> str:
    """The start of a quotation."""
    name = author(argument)
    if not name:
        return "<blockquote>"
    owner = f' data-username="{name}"' if is_username(name) else ""
    return f"<blockquote{owner}><cite>{escape(name)}</cite>"


def spoiler_start(argument: str | None) -> str:
    """The start of a spoiler, whose content is hidden until it is opened."""
    return f"<details><summary>{escape(unquoted(argument) or 'Spoiler')}</summary>"
