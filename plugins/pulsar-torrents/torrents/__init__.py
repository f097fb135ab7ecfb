"""Torrents: uploading, finding, showing and downloading them."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot
from pulsar.serialization import STRING, BatchField
from pulsar.settings import Setting, integer, size

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


def source(value: str) -> str:
    """Parse a source tag, which must be one that an upload may have."""
    value = value.strip()
    if len(value) > 255 or not value.isprintable():
        raise ValueError("must be printable and at most 255 characters long")
    return value


SETTINGS = {
    "source": Setting(
        "", source, "Source tag put into every info dict; empty leaves the uploader's."
    ),
    "max_size": Setting("10 MiB", size, "Largest .torrent file."),
    "max_files": Setting("20000", integer(1), "Most files in a torrent."),
    "min_piece_length": Setting("16 KiB", size, "Smallest piece length."),
    "max_piece_length": Setting("64 MiB", size, "Largest piece length."),
    "max_path": Setting(
        "255", integer(16, 255), "Longest path of a file with its folders, characters."
    ),
    "own_delete_days": Setting("7", integer(), "Days in which members may delete their uploads."),
    "own_delete_snatches": Setting("5", integer(), "Snatches from which they may no longer."),
}


def includeme(config: Configurator) -> None:
    """Be a plugin."""
    config.add_plugin("torrents", title="Torrents", settings=SETTINGS)
    config.add_migrations("torrents.versions")
    add_permissions(config)
    config.add_promotion_criterion("uploads", uploads)
    config.add_resource("torrents", Torrents, parent=IRoot)
    config.add_serializer(TorrentSerializer, ITorrent)
    config.add_serializer(TorrentFileSerializer, ITorrentFile)
    if not config.registry.settings["pulsar.private"]:
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
