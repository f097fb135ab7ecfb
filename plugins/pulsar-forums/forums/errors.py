"""What goes wrong in forums."""

from __future__ import annotations

from pulsar.errors import ApiError


class CategoryInUse(ApiError):
    """Its forums have to go first."""

    code = "forum_category_in_use"
    message = "You cannot delete a forum category while it still has forums assigned to it."


class ThreadLocked(ApiError):
    """Nothing is added to a locked thread."""

    code = "thread_locked"
    message = "You cannot post in a locked thread."


class ThreadLockedForEdits(ApiError):
    """Nothing is changed in a locked thread."""

    code = "thread_locked"
    message = "You cannot modify posts in a locked thread."


class NotMergeable(ApiError):
    """A post that is added to one's last one makes that too long."""

    code = "posts_not_mergeable"
    message = "Post could not be merged into previous post (must be <256,000 characters combined)."
