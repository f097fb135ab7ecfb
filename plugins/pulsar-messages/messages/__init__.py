"""Private conversations of members, and their messages to staff."""

from __future__ import annotations

from pulsar.config import Configurator

from .settings import MessagesSettings


def includeme(config: Configurator) -> None:
    config.add_plugin("messages", title="Messages", settings=MessagesSettings)
    config.add_migrations("messages.versions")
    config.include(".conversations")
    config.include(".staff")
    config.add_populator(".populate.populate")
