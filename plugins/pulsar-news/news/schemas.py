"""Input of the endpoints of news."""

from __future__ import annotations

from datetime import datetime, timedelta

import colander

from pulsar.db import utcnow
from pulsar.text import Format
from pulsar.validation import (
    Boolean,
    Choice,
    DateTime,
    Integer,
    Nullable,
    Schema,
    String,
    TextPaging,
    not_blank,
)

from .models import KINDS

MAX_CONTENTS = 100_000
#: The tolerance for wrong clocks, and the limit for scheduling.
_LATE, _AHEAD = timedelta(minutes=1), timedelta(days=10 * 365)


def to_come(node: colander.SchemaNode, value: datetime) -> None:
    """Reject times in the past or more than ten years ahead."""
    now = utcnow()
    if value < now - _LATE:
        raise colander.Invalid(node, "an entry cannot be published in the past")
    if value > now + _AHEAD:
        raise colander.Invalid(node, "an entry is published within ten years")


def PublishAt() -> colander.SchemaNode:  # noqa: N802
    """The time of publication."""
    return Nullable(
        DateTime(to_come), description="A time to come schedules the entry; null is at once."
    )


def Title(**kwargs: object) -> colander.SchemaNode:  # noqa: N802
    """The title of an entry."""
    return String(1, 150, not_blank, **kwargs)


class ListEntries(TextPaging):
    """The filters of a list of entries."""

    q = String(0, 255, description='Words of title and contents: linux "live cd" -beta ubun*')
    kind = Choice(*KINDS)
    pinned = Boolean()
    include_scheduled = Boolean(
        default=False, description="Scheduled ones too, for those who may; authors see their own."
    )
    include_dead = Boolean(
        default=False, description="Deleted ones too, for those who may; authors see their own."
    )
    limit = Integer(1, 50, default=25)


class CreateEntry(Schema):
    """A new entry."""

    example = {
        "kind": "news",
        "title": "New tracker",
        "contents": "It speaks IPv6.",
        "format": "bbcode",
        "pinned": True,
    }

    kind = Choice(*KINDS, required=True)
    title = Title(required=True)
    contents = String(1, MAX_CONTENTS, not_blank, required=True)
    format = Format()
    pinned = Boolean(default=False, description="Of blog entries for moderators only.")
    comments_open = Boolean(default=True)
    publish_at = PublishAt()


class EditEntry(Schema):
    """Changes to an entry."""

    example = {"title": "A new tracker", "pinned": False}

    title = Title()
    contents = String(1, MAX_CONTENTS, not_blank)
    format = Format(edits=True)
    pinned = Boolean(description="For moderators.")
    comments_open = Boolean()
    publish_at = PublishAt()


class MarkSeen(Schema):
    """The entry up to which the caller has read entries of its kind."""

    example = {"id": 4}

    id = Integer(1, description="The newest entry of each kind where it is missing.")


class ReadFeed(Schema):
    """The filter of the feed."""

    kind = Choice(*KINDS, description="All where it is missing.")
