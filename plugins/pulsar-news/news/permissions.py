"""Permissions for news."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "news_view"
COMMENT = "news_comment"
CREATE = "news_create"
BLOG_CREATE = "news_blog_create"
MODIFY = "news_modify"
COMMENTS_MODIFY = "news_comments_modify"


def add_permissions(config: Configurator) -> None:
    add = config.add_permission
    add(VIEW, "Read news, blog entries and comments.", member=True, feed=True)
    add(COMMENT, "Write comments and edit one's own.", member=True, basic=True)
    add(CREATE, "Write news.")
    add(BLOG_CREATE, "Write blog entries and edit one's own.", basic=True)
    add(MODIFY, "Edit, pin, delete and restore entries, see scheduled and deleted ones.")
    add(COMMENTS_MODIFY, "Edit, delete and restore anybody's comments, see deleted ones.")
