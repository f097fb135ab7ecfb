"""What members may do with news."""

from __future__ import annotations

from pulsar.config import Configurator


def add_permissions(config: Configurator) -> None:
    """Declare the permissions."""
    add = config.add_permission
    add("news_view", "Read news, blog entries and comments.", member=True, feed=True)
    add("news_comment", "Write comments and edit one's own.", member=True, basic=True)
    add("news_create", "Write news.")
    add("news_blog_create", "Write blog entries and edit one's own.", basic=True)
    add("news_modify", "Edit, pin, delete and restore entries, see scheduled and deleted ones.")
    add("news_comments_modify", "Edit, delete and restore anybody's comments, see deleted ones.")
