"""Errors of news."""

from __future__ import annotations

from pulsar.errors import ApiError


class AlreadyPublished(ApiError):
    """The entry is published, so that its time can no longer be changed."""

    code = "news_already_published"
    message = "The entry is published already, so that its time cannot be changed."
