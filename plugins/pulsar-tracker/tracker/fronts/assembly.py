"""``pulsar tracker`` put together: settings, announcer, fronts."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from pyramid.exceptions import ConfigurationError

from pulsar.interfaces import ILifecycle
from pulsar.registry import Registry
from pulsar.secrets.site import site_secrets

from ..protocol.query import DEFAULT_LIMITS, Limits
from ..settings import TrackerSettings
from .interfaces import IAnnouncerFactory, IFrontCounts
from .options import ConnectionLimits
from .pages import make_pages
from .process import FrontOptions, Sockets, run
from .proxies import TrustedProxies

#: Bytes of a request besides the query of a scrape.
_HEAD_BYTES = 8192


def front_options(settings: Mapping[str, Any]) -> FrontOptions:
    """The options of the settings. Raises ConfigurationError if there is nowhere to listen."""
    unix_socket = TrackerSettings.unix_socket.read(settings)
    options = FrontOptions(
        listen=TrackerSettings.listen.read(settings),
        unix_socket=Path(unix_socket) if unix_socket else None,
        udp_listen=TrackerSettings.udp_listen.read(settings),
        status_listen=TrackerSettings.status_listen.read(settings),
        proxies=TrustedProxies(TrackerSettings.trusted_proxies.read(settings)),
        limits=ConnectionLimits(
            connections=TrackerSettings.max_connections.read(settings),
            network_connections=TrackerSettings.max_network_connections.read(settings),
            request_bytes=_HEAD_BYTES + DEFAULT_LIMITS.scrape_length,
            request_seconds=TrackerSettings.request_timeout.read(settings),
            idle_seconds=TrackerSettings.idle_timeout.read(settings),
        ),
        packet_limits=Limits(
            min_port=TrackerSettings.min_port.read(settings),
            numwant=TrackerSettings.numwant.read(settings),
            max_numwant=TrackerSettings.max_numwant.read(settings),
        ),
        secret=_secret(dict(settings)),
        log_requests=TrackerSettings.log_announces.read(settings),
    )
    if not (options.listen or options.unix_socket or options.udp_listen):
        raise ConfigurationError(
            "The tracker listens nowhere: set tracker.listen, tracker.unix_socket or "
            "tracker.udp_listen in YOUR.ini."
        )
    return options


def run_tracker(registry: Registry, options: FrontOptions) -> None:
    """Serve until SIGTERM or SIGINT. Raises ConfigurationError if an address is in use."""
    # The site's background tasks run in processes of their own.
    cast(Any, registry.getUtility(ILifecycle)).enabled = False
    sockets = Sockets(options)
    try:
        with registry.getUtility(IAnnouncerFactory).announcer() as announcer:
            # What was loaded stays, so that looking for garbage takes little time.
            gc.collect()
            gc.freeze()
            run(
                announcer,
                options,
                sockets,
                counts=registry.getUtility(IFrontCounts),
                pages=make_pages(registry),
            )
    finally:
        sockets.close()


def _secret(settings: dict[str, Any]) -> bytes:
    """A secret that stays the same when the process starts again."""
    return sha256(b"tracker connection ids:" + site_secrets(settings).keys[0]).digest()
