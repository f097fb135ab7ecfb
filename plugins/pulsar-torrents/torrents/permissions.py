"""What members may do with torrents."""

from __future__ import annotations

from pulsar.config import Configurator


def add_permissions(config: Configurator) -> None:
    """Declare the permissions; a feed key carries the first two."""
    config.add_permission("torrents_view", "Browse and search torrents.", member=True, feed=True)
    config.add_permission("torrents_download", "Download torrents.", member=True, feed=True)
    config.add_permission("torrents_upload", "Upload torrents and edit one's own.", member=True)
    config.add_permission("torrents_modify", "Edit anybody's torrents.")
    config.add_permission("torrents_delete", "Delete anybody's torrents at any time.")
