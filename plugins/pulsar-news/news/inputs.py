"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class ListEntriesInput(TypedDict):
    """The filters of a list of entries."""

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
    """The entry up to which the caller has read entries of its kind."""

    id: int


class ReadFeedInput(TypedDict, total=False):
    """The filter of the feed."""

    kind: str
