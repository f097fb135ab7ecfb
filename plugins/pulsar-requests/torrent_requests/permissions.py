"""Permissions for requests."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "requests_view"
CREATE = "requests_create"
VOTE = "requests_vote"
FILL = "requests_fill"
COMMENT = "requests_comment"
MODIFY = "requests_modify"
UNFILL = "requests_unfill"
DELETE = "requests_delete"
COMMENTS_MODIFY = "requests_comments_modify"


def add_permissions(config: Configurator) -> None:
    """Declare the permissions; members have the first five by default."""
    config.add_permission(VIEW, "See and bookmark requests.", member=True)
    config.add_permission(CREATE, "Make requests and edit one's own.", member=True)
    config.add_permission(VOTE, "Put up credit for requests.", member=True)
    config.add_permission(FILL, "Fill requests.", member=True)
    config.add_permission(COMMENT, "Comment on requests and edit one's own comments.", member=True)
    config.add_permission(MODIFY, "Edit anybody's requests.")
    config.add_permission(UNFILL, "Take back anybody's fills of requests.")
    config.add_permission(DELETE, "Delete anybody's requests.")
    config.add_permission(
        COMMENTS_MODIFY, "Edit, delete and restore anybody's comments on requests."
    )
