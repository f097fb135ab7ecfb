"""Errors of comments."""

from __future__ import annotations

from ..errors import ApiError


class CommentsClosed(ApiError):
    """Members cannot write comments on this object now."""

    code = "comments_closed"
    message = "Comments are closed."
