"""The directory: members and torrents in memory, kept current by the database's changes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from pulsar.background import background_request
from pulsar.config import Configurator
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, ISchemaUpgraded
from pulsar.jobs.schedule import HOURLY
from pulsar.registry import Registry
from pulsar.settings import CoreSettings

from .commits import watch
from .directory import Directory
from .feed import feed_of, record_change
from .follower import Follower
from .known import KnownTorrent, Member
from .policies import Policies, Rates

__all__ = [
    "Directory",
    "Follower",
    "KnownTorrent",
    "Member",
    "Policies",
    "Rates",
    "make_directory",
    "record_change",
    "watch",
]

#: A follower that was away for longer reads everything again.
_KEPT = timedelta(days=1)


def includeme(config: Configurator) -> None:
    """Record changes, and purge them."""
    config.add_subscriber(".triggers.install", ISchemaUpgraded)
    config.add_job(
        "tracker_changes_purge", HOURLY, purge, title="Remove changes that the tracker has read"
    )


def purge(registry: Registry) -> None:
    """Remove the changes of more than a day ago."""
    with background_request(registry) as request:
        feed_of(request.db).purge(request.db, utcnow() - _KEPT)


def make_directory(registry: Registry) -> Directory:
    """The directory of a site, with its plugins' policies; `Follower` loads it and follows.

    `watch` makes it catch up after each commit of this process.
    """
    limited = CoreSettings.rate_limits.of(registry)
    return Directory(
        registry.getUtility(IDatabase).session,
        partial(Policies.of, registry),
        CoreSettings.rate_limit_anonymous.of(registry) if limited else None,
    )
