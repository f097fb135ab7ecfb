"""The options of the plugin, under ``tracker.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, boolean, integer, seconds, size, text, words


class TrackerSettings(Settings, prefix="tracker"):
    """Read like ``TrackerSettings.url.of(registry)``."""

    url = Setting("", text, "Public address of the tracker; empty takes the site's.")
    interval = Setting("1800", integer(60), "Seconds between a client's announces.")
    jitter = Setting("240", integer(), "Up to so many seconds are added, to spread the load.")
    min_interval = Setting("900", integer(60), "Seconds that clients must wait at least.")
    numwant = Setting("50", integer(), "Peers told to clients that do not say how many.")
    max_numwant = Setting("100", integer(), "Peers told at the most.")
    peer_timeout = Setting("7200", integer(60), "Seconds of silence after which a peer is gone.")
    max_locations = Setting("3", integer(1), "Active clients of a member per torrent.")
    max_speed = Setting("2 GiB", size, "Bytes per second above which nothing is credited.")
    min_port = Setting("1024", integer(1, 65535), "Lowest port that a client may listen on.")
    allowed_clients = Setting("", words, "Peer id prefixes; if any, only these may announce.")
    denied_clients = Setting("", words, "Peer id prefixes that may not announce.")
    believe_addresses = Setting(
        "false", boolean, "Whether ipv4= and ipv6= of an announce add the other family's address."
    )
    flush_interval = Setting(
        "5", seconds, "Seconds between writes of credit to the database; 0 writes at once."
    )
