"""The normalised form of aliases."""

from __future__ import annotations

import unicodedata

import colander

from .models import NAME_LENGTH

#: Characters that segments of URLs or links in brackets cannot contain.
_FORBIDDEN = frozenset("/\\|[]")


def alias_of(text: str) -> str | None:
    """Return the alias of a title, a link or a segment of a URL, or None if nothing is left of it.

    Case is folded, and white space and forbidden characters are removed.
    """
    folded = unicodedata.normalize("NFKC", text.casefold()).casefold()
    characters = (char for char in folded if char.isprintable() and not char.isspace())
    alias = "".join(char for char in characters if char not in _FORBIDDEN)[:NAME_LENGTH]
    if not alias or alias in (".", "..") or alias.startswith("@@"):
        return None
    return alias


def aliasable(node: colander.SchemaNode, value: str) -> None:
    """Reject aliases that normalising would change in more than case and white space."""
    if _FORBIDDEN & set(value) or not value.isprintable() or alias_of(value) is None:
        raise colander.Invalid(node, "value cannot be an alias")


def presentable(node: colander.SchemaNode, value: str) -> None:
    """Reject titles and names that are blank or have several lines."""
    if value and (not value.strip() or not value.isprintable()):
        raise colander.Invalid(node, "value must be one line of printable characters")
