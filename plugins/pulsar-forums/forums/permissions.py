"""What members may do in forums."""

from __future__ import annotations

from pulsar.config import Configurator

from .access import FORUM, THREAD


def add_permissions(config: Configurator) -> None:
    """Declare the permissions, and those that open single forums and threads."""
    add = config.add_permission
    add("forums_view", "Read the forums that one has access to.", member=True)
    add("forums_posts_create", "Write posts and edit one's own.", member=True, basic=True)
    add("forums_threads_create", "Begin threads.", member=True, basic=True)
    add("forums_polls_create", "Add a poll to a thread that one began.", member=True)
    add("forums_polls_vote", "Vote in polls.", member=True)
    add("forums_subscriptions_modify", "Subscribe to forums and threads.", member=True)
    add("forums_view_subscriptions", "See what one is subscribed to.", member=True)
    add("forums_posts_double", "Post twice in a row instead of adding to the last post.")
    add("forums_post_in_locked", "Write posts in locked threads.")
    add("forums_posts_modify", "Edit anybody's posts, and make them sticky.")
    add("forums_posts_modify_advanced", "Delete and restore posts, see deleted ones and edits.")
    add("forums_threads_modify", "Edit, move, lock and stick threads, and note things on them.")
    add("forums_threads_modify_advanced", "Delete and restore threads, and see deleted ones.")
    add("forums_forums_modify", "Make, edit, delete and restore forums and their categories.")
    add("site_no_post_length_limit", "Write posts of any length.")
    add("modify_forum_polls", "Edit, close and feature polls, and add them to any thread.")
    config.add_permission_pattern(FORUM, "See a forum and its threads.", basic=True)
    config.add_permission_pattern(THREAD, "See a thread.", basic=True)
