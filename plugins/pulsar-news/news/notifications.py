"""Notifications of new entries to subscribers."""

from __future__ import annotations

from pulsar.config import Configurator

from .access import visible_entries

PUBLISHED = "news_published"
ENTRIES_SUBJECT = "news"


def add_notification_types(config: Configurator) -> None:
    """Declare the type. Members are only notified of entries that they see."""
    config.add_notification_type(
        PUBLISHED, "There is a new entry in news that you subscribed to.", visible=visible_entries
    )
