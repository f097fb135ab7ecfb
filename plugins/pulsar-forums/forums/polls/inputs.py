"""The contents of ``request.validated`` after the schema of the same name."""

from __future__ import annotations

from typing import Any, TypedDict


class CreatePollInput(TypedDict):
    """A new poll with its choices."""

    thread_id: int
    question: str
    choices: list[str]


class EditPollInput(TypedDict, total=False):
    """Changes to a poll."""

    question: str
    choices: dict[str, Any]
    closed: bool
    featured: bool
