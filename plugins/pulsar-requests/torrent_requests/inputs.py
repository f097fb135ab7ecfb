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
    """Changes to a request; what is left out stays as it is."""

    title: str
    category: str
    description: str
    format: str
    tags: str


class DeleteRequestInput(TypedDict):
    """Why a request is deleted."""

    reason: str
    bounty: NotRequired[str]


class ListRequestsInput(TypedDict):
    """Which requests, and in which order."""

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
    """More for the bounty."""

    amount: int


class FillRequestInput(TypedDict):
    """What fills a request."""

    torrent_id: int


class UnfillRequestInput(TypedDict):
    """Why the torrent does not fill the request after all."""

    reason: str
