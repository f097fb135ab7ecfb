"""Telling members of new entries that they subscribed to."""

from __future__ import annotations

from pulsar.config import Configurator

from .access import visible_entries

PUBLISHED = "news_published"
ENTRIES_SUBJECT = "news"


def add_notification_types(config: Configurator) -> None:
    """Declare the type; whoever does not see an entry is not told of it."""
    config.add_notification_type(
        PUBLISHED, "There is a new entry in news that you subscribed to.", visible=visible_entries
    )
