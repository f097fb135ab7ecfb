"""Input of categories."""

from __future__ import annotations

import re
from typing import Any

import colander

from pulsar.validation import Integer, Schema, String, not_blank
from pulsar.validation.nodes import IntegerType, field

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
#: The number of "Other" in the Newznab and Torznab numbering.
OTHER = 8000
#: Standard numbers have four digits; a site's own numbers start at 100000.
_LARGEST = 199_999


def category_name(node: colander.SchemaNode, value: str) -> None:
    """Require a name that is spelled the same in URLs, filters and settings."""
    if not NAME.fullmatch(value):
        raise colander.Invalid(
            node, "value must be a letter and then letters, digits and _, all lowercase"
        )


def torznab_number(node: colander.SchemaNode, value: int) -> None:
    """Require a standard number, or one of the site's own numbers."""
    if not 1_000 <= value <= 9_999 and not 100_000 <= value <= _LARGEST:
        raise colander.Invalid(
            node, f"value must be from 1000 to 9999, or from 100000 to {_LARGEST}"
        )


def Title(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The displayed name of the category."""
    return String(1, 64, not_blank, **kwargs)


def Torznab(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The number that identifies the category for Torznab clients."""
    return field(
        IntegerType(),
        torznab_number,
        description="The number in the Newznab and Torznab numbering, e.g. 3000 for audio.",
        **kwargs,
    )


def Position(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The position in the list."""
    return Integer(0, 1_000_000, description="Lower ones come first in the list.", **kwargs)


class CreateCategory(Schema):
    """A new category."""

    example = {"name": "audiobooks", "title": "Audiobooks", "torznab": 3030, "position": 5}

    name = String(
        1, 32, category_name, required=True, description="Lowercase; it cannot be changed later."
    )
    title = Title(required=True)
    torznab = Torznab(default=OTHER)
    position = Position(default=0)


class EditCategory(Schema):
    """Changes to a category; missing fields are not changed."""

    example = {"title": "Spoken books"}

    title = Title()
    torznab = Torznab()
    position = Position()
