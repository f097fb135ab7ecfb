"""``/torrents/categories`` and ``/torrents/categories/{name}``."""

from __future__ import annotations

from pulsar.traversal import Collection, Item

from ..permissions import VIEW
from .models import TorrentCategory
from .schemas import NAME
from .services import find_category


class CategoryResource(Item[TorrentCategory]):
    """One category, found by its name."""

    key = "name"


class Categories(Collection[TorrentCategory]):
    """All categories of the site."""

    item = CategoryResource
    model = TorrentCategory
    permission = VIEW
    noun = "Category"

    def parse(self, name: str) -> str | None:
        """Return the name if it is a valid name of a category."""
        return name if NAME.fullmatch(name) else None

    def load(self, key: str) -> TorrentCategory | None:
        return find_category(self.request.db, key)
