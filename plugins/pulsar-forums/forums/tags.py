"""Cache tags, which are invalidated when the data of forums changes."""

from __future__ import annotations

#: The names, positions and deletions of forums and categories.
ARRANGEMENT = "forums-arrangement"


def thread(thread_id: int) -> str:
    """Return the tag of a thread without its posts: topic, forum, state, notes, poll."""
    return f"forum-thread:{thread_id}"


def posts(thread_id: int) -> str:
    """Return the tag of a thread's posts."""
    return f"forum-posts:{thread_id}"


def viewer(user_id: int) -> str:
    """Return the tag of a member's read marks and subscriptions."""
    return f"forum-viewer:{user_id}"
