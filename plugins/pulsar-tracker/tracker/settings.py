"""The options of the plugin, under ``tracker.`` in the ini file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyramid.exceptions import ConfigurationError

from pulsar.settings import Setting, Settings, boolean, integer, seconds, size, text, words
from pulsar.settings import interval as positive_seconds

from .fronts.listening import listen_addresses
from .fronts.proxies import networks
from .journal import Sync

_milliseconds = integer(0, 10_000)


def journal_sync(value: str) -> Sync:
    """Parse "always" or milliseconds; the result is in seconds."""
    if value.strip() == "always":
        return "always"
    try:
        return _milliseconds(value) / 1000
    except ValueError as error:
        raise ValueError("must be always, or milliseconds from 0 to 10000") from error


class TrackerSettings(Settings, prefix="tracker"):
    """Read like ``TrackerSettings.url.of(registry)``."""

    url = Setting("", text, "Public address of the tracker; empty takes the site's.")
    interval = Setting("1800", integer(60), "Seconds between a client's announces.")
    jitter = Setting("240", integer(), "Up to so many seconds are added, to spread the load.")
    min_interval = Setting("900", integer(0), "Seconds that clients must wait at least.")
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
    embedded = Setting(
        "true", boolean, "Whether a process that serves the site takes announces too."
    )
    lease_seconds = Setting(
        "60", integer(2), "Seconds without a sign of life after which another process takes over."
    )
    journal = Setting(
        "",
        text,
        "Folder of the journal of announces, on a local disk; empty takes tracker in pulsar.var.",
    )
    journal_sync = Setting(
        "10",
        journal_sync,
        "Milliseconds after which announces are on the disk; always: before they are answered.",
    )
    listen = Setting(
        "127.0.0.1:6969",
        listen_addresses,
        "Where pulsar tracker takes HTTP connections: addresses with ports.",
    )
    unix_socket = Setting(
        "", text, "Path of a Unix socket where pulsar tracker takes HTTP connections of a proxy."
    )
    udp_listen = Setting(
        "", listen_addresses, "Where pulsar tracker takes UDP packets; empty is nowhere."
    )
    status_listen = Setting(
        "127.0.0.1:6970", listen_addresses, "Where pulsar tracker shows /health and /metrics."
    )
    trusted_proxies = Setting(
        "", networks, "Addresses and networks whose X-Forwarded-For pulsar tracker believes."
    )
    max_connections = Setting("10000", integer(1), "HTTP connections of pulsar tracker.")
    max_network_connections = Setting(
        "256", integer(1), "HTTP connections of one network that is no trusted proxy."
    )
    request_timeout = Setting(
        "10", positive_seconds, "Seconds in which a request must arrive, and its answer be taken."
    )
    idle_timeout = Setting("60", positive_seconds, "Seconds until an idle connection is closed.")
    log_announces = Setting("false", boolean, "Whether pulsar tracker logs every request.")


def journal_folder(settings: Mapping[str, Any]) -> Path:
    """The folder of the journal. Raises ConfigurationError if the settings name none."""
    folder = TrackerSettings.journal.read(settings)
    if folder:
        return Path(folder)
    if not settings["pulsar.var"]:
        raise ConfigurationError("Set tracker.journal, or pulsar.var for the folder tracker in it.")
    return Path(settings["pulsar.var"]) / "tracker"
