"""Errors of changes to categories."""

from __future__ import annotations

from pulsar.errors import Conflict


class CategoryExists(Conflict):
    """Another category has the name."""

    code = "category_exists"


class CategoryInUse(Conflict):
    """The category is used by torrents or other objects."""

    code = "category_in_use"
