"""What members may do with requests."""

from __future__ import annotations

from pulsar.config import Configurator


def add_permissions(config: Configurator) -> None:
    """Declare the permissions; members have the first five."""
    config.add_permission("requests_view", "See and bookmark requests.", member=True)
    config.add_permission("requests_create", "Make requests and edit one's own.", member=True)
    config.add_permission("requests_vote", "Put up credit for requests.", member=True)
    config.add_permission("requests_fill", "Fill requests.", member=True)
    config.add_permission(
        "requests_comment", "Comment on requests and edit one's own comments.", member=True
    )
    config.add_permission("requests_modify", "Edit anybody's requests.")
    config.add_permission("requests_unfill", "Take back anybody's fills of requests.")
    config.add_permission("requests_delete", "Delete anybody's requests.")
    config.add_permission(
        "requests_comments_modify", "Edit, delete and restore anybody's comments on requests."
    )
