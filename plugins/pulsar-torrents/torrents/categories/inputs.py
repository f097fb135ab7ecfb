"""The types of ``request.validated`` for the schemas of the same names."""

from __future__ import annotations

from typing import TypedDict


class CreateCategoryInput(TypedDict):
    """A new category."""

    name: str
    title: str
    torznab: int
    position: int


class EditCategoryInput(TypedDict, total=False):
    """Changes to a category; missing fields are not changed."""

    title: str
    torznab: int
    position: int
