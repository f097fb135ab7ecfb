"""Validators of texts."""

from __future__ import annotations

import colander


def not_blank(node: colander.SchemaNode, value: str) -> None:
    """Refuse texts of white space only. Empty texts are refused by their length."""
    if value and not value.strip():
        raise colander.Invalid(node, "value must not be blank")
