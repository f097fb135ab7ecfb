"""The one spelling of an alias."""

from __future__ import annotations

import unicodedata

import colander

from .models import NAME_LENGTH

#: What a URL's segment or a link in brackets cannot hold.
_FORBIDDEN = frozenset("/\\|[]")


def alias_of(text: str) -> str | None:
    """The alias that a title, a link or a URL means; None where it means none.

    Case is folded, white space and what a segment of a URL cannot hold is left out.
    """
    folded = unicodedata.normalize("NFKC", text.casefold()).casefold()
    characters = (char for char in folded if char.isprintable() and not char.isspace())
    alias = "".join(char for char in characters if char not in _FORBIDDEN)[:NAME_LENGTH]
    if not alias or alias in (".", "..") or alias.startswith("@@"):
        return None
    return alias


def aliasable(node: colander.SchemaNode, value: str) -> None:
    """An alias that is given must be one as it stands, but for case and blanks."""
    if _FORBIDDEN & set(value) or not value.isprintable() or alias_of(value) is None:
        raise colander.Invalid(node, "value cannot be an alias")


def presentable(node: colander.SchemaNode, value: str) -> None:
    """A title or name is one line that shows something."""
    if value and (not value.strip() or not value.isprintable()):
        raise colander.Invalid(node, "value must be one line of printable characters")
