"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class CreateSecondaryInput(TypedDict):
    """A new secondary class."""

    name: str
    permissions: list[str]


class EditSecondaryInput(TypedDict, total=False):
    """Changes to a secondary class."""

    name: str
    permissions: dict[str, Any]


class CreateClassInput(TypedDict):
    """A new primary class."""

    name: str
    permissions: list[str]
    rank: int
    promotion: NotRequired[dict[str, Any] | None]
    demotion: NotRequired[dict[str, Any] | None]


class EditClassInput(TypedDict, total=False):
    """Changes to a primary class."""

    name: str
    permissions: dict[str, Any]
    rank: int
    is_default: bool
    promotion: dict[str, Any] | None
    demotion: dict[str, Any] | None


class AddMemberInput(TypedDict):
    """A member to add to a secondary class."""

    user_id: int
