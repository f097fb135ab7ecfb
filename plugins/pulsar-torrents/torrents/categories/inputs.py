"""What ``request.validated`` holds after the schema of the same name."""

from __future__ import annotations

from typing import TypedDict


class CreateCategoryInput(TypedDict):
    """A new category."""

    name: str
    title: str
    torznab: int
    position: int


class EditCategoryInput(TypedDict, total=False):
    """Changes to a category; what is left out stays as it is."""

    title: str
    torznab: int
    position: int
