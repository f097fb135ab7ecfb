"""The tracker: clients announce here, and what they moved is credited."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IAppClosing, IRoot
from pulsar.registry import Registry
from pulsar.settings import Setting, boolean, integer, seconds, size, text, words
from pulsar.users.resources import UserResource
from torrents.interfaces import IAnnounceURLs, ITorrentDeleted, ITorrentResource, ITorrentUploaded

from .flusher import TrackerTask
from .interfaces import IPeer, ISnatch, ITracker
from .lists.resources import Peers, Seeding, Snatches
from .lists.serializers import PeerSerializer, SnatchSerializer
from .resources import Announces, Passkey, Scrapes
from .service import Tracker
from .urls import AnnounceURLs

SETTINGS = {
    "url": Setting("", text, "Public address of the tracker; empty takes the site's."),
    "interval": Setting("1800", integer(60), "Seconds between a client's announces."),
    "jitter": Setting("240", integer(), "Up to so many seconds are added, to spread the load."),
    "min_interval": Setting("900", integer(60), "Seconds that clients must wait at least."),
    "numwant": Setting("50", integer(), "Peers told to clients that do not say how many."),
    "max_numwant": Setting("100", integer(), "Peers told at the most."),
    "peer_timeout": Setting("7200", integer(60), "Seconds of silence after which a peer is gone."),
    "max_locations": Setting("3", integer(1), "Active clients of a member per torrent."),
    "max_speed": Setting("2 GiB", size, "Bytes per second above which nothing is credited."),
    "min_port": Setting("1024", integer(1, 65535), "Lowest port that a client may listen on."),
    "allowed_clients": Setting("", words, "Peer id prefixes; if any, only these may announce."),
    "denied_clients": Setting("", words, "Peer id prefixes that may not announce."),
    "believe_addresses": Setting(
        "false", boolean, "Whether ipv4= and ipv6= of an announce add the other family's address."
    ),
    "flush_interval": Setting(
        "5", seconds, "Seconds between writes of credit to the database; 0 writes at once."
    ),
}


def includeme(config: Configurator) -> None:
    """Be a plugin."""
    config.add_plugin("tracker", requires=("torrents",), title="Tracker", settings=SETTINGS)
    config.add_migrations("tracker.versions")
    config.add_secret_kind("passkey", "Passkey: announces, and nothing else.")
    config.add_permission("tracker_view_peers", "See who shares a torrent, and members' snatches.")
    config.add_service(ITracker, Tracker(config.registry))
    config.add_service(IAnnounceURLs, AnnounceURLs())

    config.add_resource(pattern=r"[0-9a-f]{32}", factory=Passkey)
    config.add_resource("announce", Announces, parent=IRoot)
    config.add_resource("scrape", Scrapes, parent=IRoot)
    # Clients announce as often as the tracker tells them to; it refuses by its own rules.
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
    """Fail where credit could not be written for a while."""
    registry.getUtility(ITracker).check()
