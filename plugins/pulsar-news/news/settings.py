"""The options of the plugin, under ``news.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, boolean


class NewsSettings(Settings, prefix="news"):
    """Read like ``NewsSettings.public.of(registry)``."""

    public = Setting("false", boolean, "Whether anybody may read the feed, without a key.")
