"""The permissions of torrents."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "torrents_view"
DOWNLOAD = "torrents_download"
UPLOAD = "torrents_upload"
MODIFY = "torrents_modify"
DELETE = "torrents_delete"


def add_permissions(config: Configurator) -> None:
    """Declare the permissions; feed keys include the first two."""
    config.add_permission(VIEW, "Browse and search torrents.", member=True, feed=True)
    config.add_permission(DOWNLOAD, "Download torrents.", member=True, feed=True)
    config.add_permission(UPLOAD, "Upload torrents and edit one's own.", member=True)
    config.add_permission(MODIFY, "Edit anybody's torrents.")
    config.add_permission(DELETE, "Delete anybody's torrents at any time.")
