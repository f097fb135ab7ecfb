"""The tracker: clients announce to it, and members are credited with their traffic."""

from __future__ import annotations

import weakref

from pulsar.config import CHECKS, Configurator
from pulsar.interfaces import IAppClosing, IDatabase
from pulsar.registry import Registry
from pulsar.users.resources import UserResource
from torrents.interfaces import IAnnounceURLs, ITorrentResource

from .directory import commits
from .fronts.interfaces import IAnnouncerFactory
from .fronts.owning import OwningProcess
from .fronts.wsgi import WSGIFront
from .interfaces import IPeer, ISnatch, ITracker
from .lists.resources import Peers, Seeding, Snatches
from .lists.serializers import PeerSerializer, SnatchSerializer
from .permissions import VIEW_PEERS
from .service import Tracker
from .settings import TrackerSettings
from .tasks import TrackerTask
from .urls import AnnounceURLs


def includeme(config: Configurator) -> None:
    config.add_plugin("tracker", requires=("torrents",), title="Tracker", settings=TrackerSettings)
    config.add_migrations("tracker.versions")
    config.add_secret_kind("passkey", "Passkey: announces, and nothing else.")
    config.add_permission(VIEW_PEERS, "See who shares a torrent, and members' snatches.")
    config.add_service(ITracker, Tracker(config.registry))
    config.add_service(IAnnounceURLs, AnnounceURLs())

    config.add_service(IAnnouncerFactory, OwningProcess(config.registry))
    config.add_wsgi_front("tracker", WSGIFront)

    config.add_resource("peers", Peers, parent=ITorrentResource)
    config.add_resource("snatches", Snatches, parent=UserResource)
    config.add_resource("seeding", Seeding, parent=UserResource)
    config.add_serializer(PeerSerializer, IPeer)
    config.add_serializer(SnatchSerializer, ISnatch)

    config.add_background_task("tracker", TrackerTask.embedded)
    config.add_subscriber(".subscribers.disown", IAppClosing)
    config.action(None, follow_commits, (config.registry,), order=CHECKS)
    config.add_health_check("tracker", check)
    config.add_populator(".populate.populate")
    config.include(".directory")
    config.include(".metrics")
    config.include(".fronts.metrics")
    config.scan(".lists.views")


def follow_commits(registry: Registry) -> None:
    """Let the directory catch up at once with what this process commits."""
    # SQLAlchemy keeps listeners of sessions as long as what they refer to.
    reference = weakref.ref(registry)

    def catch_up() -> None:
        living = reference()
        if living is not None:
            living.getUtility(ITracker).directory.catch_up()

    commits.watch(registry.getUtility(IDatabase), catch_up)


def check(registry: Registry) -> None:
    """Fail if credit could not be written for some time."""
    registry.getUtility(ITracker).check()
