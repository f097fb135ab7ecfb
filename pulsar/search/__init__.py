"""Full-text search: one table of documents, with the index that the database provides."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import ISearch
from .service import Search

__all__ = ["Search"]


def includeme(config: Configurator) -> None:
    """Provide the search service."""
    config.add_service(ISearch, Search())
