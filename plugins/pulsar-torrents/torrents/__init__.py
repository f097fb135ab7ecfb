"""Torrents: upload, search, display and download."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot
from pulsar.serialization import STRING, BatchField
from pulsar.settings import CoreSettings

from .criteria import uploads
from .interfaces import (
    ITorrent,
    ITorrentDeleted,
    ITorrentEdited,
    ITorrentFile,
    ITorrentUploaded,
)
from .permissions import add_permissions
from .queries import count_torrents
from .resources import Torrents
from .serializers import TorrentFileSerializer, TorrentSerializer, magnet_uris
from .settings import TorrentsSettings


def includeme(config: Configurator) -> None:
    config.add_plugin("torrents", title="Torrents", settings=TorrentsSettings)
    config.add_migrations("torrents.versions")
    add_permissions(config)
    config.add_promotion_criterion("uploads", uploads)
    config.add_resource("torrents", Torrents, parent=IRoot)
    config.add_serializer(TorrentSerializer, ITorrent)
    config.add_serializer(TorrentFileSerializer, ITorrentFile)
    if not CoreSettings.private.of(config.registry):
        config.add_field(
            ITorrent, "magnet", BatchField(STRING, magnet_uris, doc="Magnet link (BEP 9).")
        )
    config.add_statistic("torrents", "Torrents that are not deleted.", count_torrents)
    config.add_counter(
        "torrent_changes",
        "Changes of torrents.",
        label="change",
        events={
            "uploaded": ITorrentUploaded,
            "edited": ITorrentEdited,
            "deleted": ITorrentDeleted,
        },
    )
    config.add_counter(
        "torrent_refusals",
        "Uploads refused for their .torrent file.",
        label="reason",
        values=("torrent_exists",),
    )
    config.add_link("torrents", "/torrents")
    config.add_populator(".populate.populate")
    config.include(".categories")
    config.scan(".views")
