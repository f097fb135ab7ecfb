"""The directory: members and torrents in memory, kept current by the database's changes."""

from __future__ import annotations

from datetime import timedelta

from pulsar.background import background_request
from pulsar.config import Configurator
from pulsar.db import utcnow
from pulsar.interfaces import ISchemaUpgraded
from pulsar.jobs.schedule import HOURLY
from pulsar.registry import Registry

from .directory import Directory
from .feed import feed_of, record_change
from .known import KnownTorrent, Member
from .policies import Policies, Rates

__all__ = ["Directory", "KnownTorrent", "Member", "Policies", "Rates", "record_change"]

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
