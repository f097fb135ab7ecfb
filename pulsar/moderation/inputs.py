"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class EditUserInput(TypedDict, total=False):
    """Changes to a member; 0 is a value."""

    email: str
    password: str
    uploaded: int
    downloaded: int
    upload_debt: int
    invites: int
    permissions: dict[str, Any]


class ChangeClassInput(TypedDict):
    """A new primary class for a member."""

    user_class_id: int
    reason: str


class ChangeStatusInput(TypedDict):
    """A change of ``enabled``, ``locked`` or both."""

    enabled: NotRequired[bool]
    locked: NotRequired[bool]
    reason: str


class WarnInput(TypedDict):
    """A warning."""

    reason: str
    days: int


class WriteNoteInput(TypedDict):
    """A staff note."""

    note: str


class BanInput(TypedDict):
    """A network to ban."""

    network: str
    reason: str
    days: NotRequired[int | None]


class ListDuplicatesInput(TypedDict):
    """Selects addresses."""

    page: int
    limit: int
    members: int
