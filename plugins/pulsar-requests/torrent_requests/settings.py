"""The settings of the plugin, under ``requests.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, integer, size


class RequestsSettings(Settings, prefix="requests"):
    """The plugin's settings; read one with ``RequestsSettings.min_credit.of(registry)``."""

    min_credit = Setting("250 MiB", size, "Upload credit that who makes a request must have.")
    min_bounty = Setting("100 MiB", size, "Least that is put up for a request at once.")
    tax = Setting("0", integer(0, 99), "Percent of what is put up that is lost on the way.")
    exclusive_hours = Setting(
        "1", integer(0, 87_600), "Hours in which only its uploader fills with a torrent."
    )
    filled_days = Setting(
        "7", integer(0, 36_500), "Days after which filled requests leave the usual list."
    )
