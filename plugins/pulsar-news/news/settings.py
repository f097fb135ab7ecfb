"""The settings of the plugin, under ``news.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, boolean


class NewsSettings(Settings, prefix="news"):
    """The plugin's settings; read one with ``NewsSettings.public.of(registry)``."""

    public = Setting("false", boolean, "Whether anybody may read the feed, without a key.")
