"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CreateRequestInput(TypedDict):
    """A new request."""

    title: str
    category: str
    description: str
    format: str
    tags: str
    bounty: int


class EditRequestInput(TypedDict, total=False):
    """Changes to a request; missing values stay as they are."""

    title: str
    category: str
    description: str
    format: str
    tags: str


class DeleteRequestInput(TypedDict):
    """The reason for deleting a request, and the decision about its bounty."""

    reason: str
    bounty: NotRequired[str]


class ListRequestsInput(TypedDict):
    """The filters and the order of a list of requests."""

    page: int
    limit: int
    after: NotRequired[int]
    q: NotRequired[str]
    category: NotRequired[str]
    tag: NotRequired[list[str]]
    filled: NotRequired[bool]
    user_id: NotRequired[int]
    voted: NotRequired[bool]
    bookmarked: NotRequired[bool]
    order_by: str
    order_way: str


class CastVoteInput(TypedDict):
    """A contribution to the bounty of a request."""

    amount: int


class FillRequestInput(TypedDict):
    """The torrent that fills a request."""

    torrent_id: int


class UnfillRequestInput(TypedDict):
    """The reason for unfilling a request."""

    reason: str
