"""What goes wrong with news."""

from __future__ import annotations

from pulsar.errors import ApiError


class AlreadyPublished(ApiError):
    """Published entries cannot be scheduled."""

    code = "news_already_published"
    message = "The entry is published already, so that its time cannot be changed."
