"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class ListSectionsInput(TypedDict):
    """The language of a list of sections, and whether hidden ones are included."""

    language: NotRequired[str]
    include_dead: bool


class ShowSectionInput(TypedDict, total=False):
    """The language of a section. If the section lacks it, the site's language is used."""

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
    """All values of a section in a language."""

    name: str
    description: str
    position: NotRequired[int]
    format: NotRequired[str]
    rules: list[dict[str, Any]]
    language: NotRequired[str]
    summary: str
    revision: int


class ListRevisionsInput(TypedDict):
    """The language and page of a section's history."""

    language: NotRequired[str]
    after: NotRequired[int]
    limit: int


class DiffInput(TypedDict, total=False):
    """The revisions to compare."""

    language: str
    against: int


class RollbackInput(TypedDict):
    """The options of a rollback."""

    language: NotRequired[str]
    summary: str
    revision: NotRequired[int]
