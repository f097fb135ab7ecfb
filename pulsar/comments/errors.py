"""What goes wrong with comments."""

from __future__ import annotations

from ..errors import ApiError


class CommentsClosed(ApiError):
    """Nothing is said there any more, or not yet."""

    code = "comments_closed"
    message = "Comments are closed."
