"""What goes wrong with news."""

from __future__ import annotations

from pulsar.errors import ApiError


class AlreadyPublished(ApiError):
    """What readers have seen cannot be scheduled any more."""

    code = "news_already_published"
    message = "The entry is published already, so that its time cannot be changed."
