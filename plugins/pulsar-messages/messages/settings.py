"""The settings of the plugin, under ``messages.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, integer


class MessagesSettings(Settings, prefix="messages"):
    """The plugin's settings; read one with ``MessagesSettings.max_members.of(registry)``."""

    max_members = Setting(
        "50", integer(2, 1_000), "Most members of a conversation, whoever started it included."
    )
