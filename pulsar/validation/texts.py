"""What texts must be like beside their length."""

from __future__ import annotations

import colander


def not_blank(node: colander.SchemaNode, value: str) -> None:
    """A validator: a text must show something. Of an empty one its length tells."""
    if value and not value.strip():
        raise colander.Invalid(node, "value must not be blank")
