"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class ListEntriesInput(TypedDict):
    """Which entries: pinned ones first, then the newest."""

    page: int
    limit: int
    after: NotRequired[int]
    q: NotRequired[str]
    kind: NotRequired[str]
    pinned: NotRequired[bool]
    include_scheduled: bool
    include_dead: bool


class CreateEntryInput(TypedDict):
    """A new entry."""

    kind: str
    title: str
    contents: str
    format: str
    pinned: bool
    comments_open: bool
    publish_at: NotRequired[datetime | None]


class EditEntryInput(TypedDict, total=False):
    """Changes to an entry."""

    title: str
    contents: str
    format: str
    pinned: bool
    comments_open: bool
    publish_at: datetime | None


class MarkSeenInput(TypedDict, total=False):
    """Up to which entry the caller has read those of its kind."""

    id: int


class ReadFeedInput(TypedDict, total=False):
    """Which entries the feed has."""

    kind: str
