"""Errors of forums."""

from __future__ import annotations

from pulsar.errors import ApiError


class CategoryInUse(ApiError):
    """The category still has forums."""

    code = "forum_category_in_use"
    message = "You cannot delete a forum category while it still has forums assigned to it."


class ThreadLocked(ApiError):
    """Posts cannot be added to a locked thread."""

    code = "thread_locked"
    message = "You cannot post in a locked thread."


class ThreadLockedForEdits(ApiError):
    """A locked thread cannot be changed."""

    code = "thread_locked"
    message = "You cannot modify posts in a locked thread."


class NotMergeable(ApiError):
    """Merging a post into the author's last post would make that post too long."""

    code = "posts_not_mergeable"
    message = "Post could not be merged into previous post (must be <256,000 characters combined)."
