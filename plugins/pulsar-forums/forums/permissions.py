"""The permissions of forums."""

from __future__ import annotations

from pulsar.config import Configurator

FORUM = "forumaccess_forum_"
THREAD = "forumaccess_thread_"

VIEW = "forums_view"
POSTS_CREATE = "forums_posts_create"
THREADS_CREATE = "forums_threads_create"
POLLS_CREATE = "forums_polls_create"
POLLS_VOTE = "forums_polls_vote"
SUBSCRIPTIONS_MODIFY = "forums_subscriptions_modify"
VIEW_SUBSCRIPTIONS = "forums_view_subscriptions"
POSTS_DOUBLE = "forums_posts_double"
POST_IN_LOCKED = "forums_post_in_locked"
POSTS_MODIFY = "forums_posts_modify"
POSTS_MODIFY_ADVANCED = "forums_posts_modify_advanced"
THREADS_MODIFY = "forums_threads_modify"
THREADS_MODIFY_ADVANCED = "forums_threads_modify_advanced"
FORUMS_MODIFY = "forums_forums_modify"
SITE_NO_POST_LENGTH_LIMIT = "site_no_post_length_limit"
MODIFY_FORUM_POLLS = "modify_forum_polls"


def add_permissions(config: Configurator) -> None:
    """Declare the permissions, including those that open single forums and threads."""
    add = config.add_permission
    add(VIEW, "Read the forums that one has access to.", member=True)
    add(POSTS_CREATE, "Write posts and edit one's own.", member=True, basic=True)
    add(THREADS_CREATE, "Begin threads.", member=True, basic=True)
    add(POLLS_CREATE, "Add a poll to a thread that one began.", member=True)
    add(POLLS_VOTE, "Vote in polls.", member=True)
    add(SUBSCRIPTIONS_MODIFY, "Subscribe to forums and threads.", member=True)
    add(VIEW_SUBSCRIPTIONS, "See what one is subscribed to.", member=True)
    add(POSTS_DOUBLE, "Post twice in a row instead of adding to the last post.")
    add(POST_IN_LOCKED, "Write posts in locked threads.")
    add(POSTS_MODIFY, "Edit anybody's posts, and make them sticky.")
    add(POSTS_MODIFY_ADVANCED, "Delete and restore posts, see deleted ones and edits.")
    add(THREADS_MODIFY, "Edit, move, lock and stick threads, and note things on them.")
    add(THREADS_MODIFY_ADVANCED, "Delete and restore threads, and see deleted ones.")
    add(FORUMS_MODIFY, "Make, edit, delete and restore forums and their categories.")
    add(SITE_NO_POST_LENGTH_LIMIT, "Write posts of any length.")
    add(MODIFY_FORUM_POLLS, "Edit, close and feature polls, and add them to any thread.")
    config.add_permission_pattern(FORUM, "See a forum and its threads.", basic=True)
    config.add_permission_pattern(THREAD, "See a thread.", basic=True)
