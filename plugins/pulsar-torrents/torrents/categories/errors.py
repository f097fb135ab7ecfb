"""What stands in the way of changing categories."""

from __future__ import annotations

from pulsar.errors import Conflict


class CategoryExists(Conflict):
    """Another category has the name."""

    code = "category_exists"


class CategoryInUse(Conflict):
    """Something is of the category."""

    code = "category_in_use"
