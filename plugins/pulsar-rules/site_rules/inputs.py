"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class ListSectionsInput(TypedDict):
    """In which language, and whether hidden ones too."""

    language: NotRequired[str]
    include_dead: bool


class ShowSectionInput(TypedDict, total=False):
    """In which language; where it is not there in it, it is shown in the site's."""

    language: str


class CreateSectionInput(TypedDict):
    """A new section."""

    id: str
    name: str
    description: str
    position: NotRequired[int]
    format: str
    rules: list[dict[str, Any]]
    language: NotRequired[str]
    summary: str


class EditSectionInput(TypedDict):
    """A whole section, as it shall be in a language."""

    name: str
    description: str
    position: NotRequired[int]
    format: NotRequired[str]
    rules: list[dict[str, Any]]
    language: NotRequired[str]
    summary: str
    revision: int


class ListRevisionsInput(TypedDict):
    """A part of a section's history in a language."""

    language: NotRequired[str]
    after: NotRequired[int]
    limit: int


class DiffInput(TypedDict, total=False):
    """Which revisions are compared."""

    language: str
    against: int


class RollbackInput(TypedDict):
    """Going back to a revision."""

    language: NotRequired[str]
    summary: str
    revision: NotRequired[int]
