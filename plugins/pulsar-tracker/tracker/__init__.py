"""The tracker: clients announce to it, and members are credited with their traffic."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IAppClosing, IRoot
from pulsar.registry import Registry
from pulsar.users.resources import UserResource
from torrents.interfaces import IAnnounceURLs, ITorrentDeleted, ITorrentResource, ITorrentUploaded

from .flusher import TrackerTask
from .interfaces import IPeer, ISnatch, ITracker
from .lists.resources import Peers, Seeding, Snatches
from .lists.serializers import PeerSerializer, SnatchSerializer
from .permissions import VIEW_PEERS
from .resources import Announces, Passkey, Scrapes
from .service import Tracker
from .settings import TrackerSettings
from .urls import AnnounceURLs


def includeme(config: Configurator) -> None:
    config.add_plugin("tracker", requires=("torrents",), title="Tracker", settings=TrackerSettings)
    config.add_migrations("tracker.versions")
    config.add_secret_kind("passkey", "Passkey: announces, and nothing else.")
    config.add_permission(VIEW_PEERS, "See who shares a torrent, and members' snatches.")
    config.add_service(ITracker, Tracker(config.registry))
    config.add_service(IAnnounceURLs, AnnounceURLs())

    config.add_resource(pattern=r"[0-9a-f]{32}", factory=Passkey)
    config.add_resource("announce", Announces, parent=IRoot)
    config.add_resource("scrape", Scrapes, parent=IRoot)
    # Clients announce as often as the tracker tells them to; it has its own rules for refusals.
    config.add_rate_limit(
        "Tracker", r"/(announce|scrape)/.*|/[0-9a-f]{32}/.*", None, methods=("GET", "HEAD")
    )

    config.add_resource("peers", Peers, parent=ITorrentResource)
    config.add_resource("snatches", Snatches, parent=UserResource)
    config.add_resource("seeding", Seeding, parent=UserResource)
    config.add_serializer(PeerSerializer, IPeer)
    config.add_serializer(SnatchSerializer, ISnatch)

    config.add_subscriber(".subscribers.torrent_uploaded", ITorrentUploaded)
    config.add_subscriber(".subscribers.torrent_deleted", ITorrentDeleted)
    config.add_background_task("tracker", TrackerTask)
    config.add_subscriber(".subscribers.flush", IAppClosing)
    config.add_health_check("tracker", check)
    config.add_populator(".populate.populate")
    config.include(".metrics")
    config.scan(".views")
    config.scan(".lists.views")


def check(registry: Registry) -> None:
    """Fail if credit could not be written for some time."""
    registry.getUtility(ITracker).check()
