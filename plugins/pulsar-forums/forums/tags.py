"""Cache tags: what must be invalidated when something of a forum changes."""

from __future__ import annotations

#: Names, positions and deletions of forums and categories.
ARRANGEMENT = "forums-arrangement"


def thread(thread_id: int) -> str:
    """Of what is known of a thread beside its posts: topic, forum, state, notes, poll."""
    return f"forum-thread:{thread_id}"


def posts(thread_id: int) -> str:
    """Of a thread's posts."""
    return f"forum-posts:{thread_id}"


def viewer(user_id: int) -> str:
    """Of what a member has read and subscribed to."""
    return f"forum-viewer:{user_id}"
