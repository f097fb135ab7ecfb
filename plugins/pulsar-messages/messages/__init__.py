"""Private conversations of members, and their messages to staff."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.settings import Setting, integer

SETTINGS = {
    "max_members": Setting(
        "50", integer(2, 1_000), "Most members of a conversation, whoever started it included."
    ),
}


def includeme(config: Configurator) -> None:
    """Be a plugin."""
    config.add_plugin("messages", title="Messages", settings=SETTINGS)
    config.add_migrations("messages.versions")
    config.include(".conversations")
    config.include(".staff")
    config.add_populator(".populate.populate")
