"""The options of the plugin, under ``torrents.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, integer, size


def parse_source(value: str) -> str:
    """Parse a source tag, which must be one that an upload may have."""
    value = value.strip()
    if len(value) > 255 or not value.isprintable():
        raise ValueError("must be printable and at most 255 characters long")
    return value


class TorrentsSettings(Settings, prefix="torrents"):
    """Read like ``TorrentsSettings.source.of(registry)``."""

    source = Setting(
        "", parse_source, "Source tag put into every info dict; empty leaves the uploader's."
    )
    max_size = Setting("10 MiB", size, "Largest .torrent file.")
    max_files = Setting("20000", integer(1), "Most files in a torrent.")
    min_piece_length = Setting("16 KiB", size, "Smallest piece length.")
    max_piece_length = Setting("64 MiB", size, "Largest piece length.")
    max_path = Setting(
        "255", integer(16, 255), "Longest path of a file with its folders, characters."
    )
    own_delete_days = Setting("7", integer(), "Days in which members may delete their uploads.")
    own_delete_snatches = Setting("5", integer(), "Snatches from which they may no longer.")
