"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ShowArticleInput(TypedDict, total=False):
    """In which language."""

    language: str


class ListArticlesInput(TypedDict):
    """Which articles, and in which order."""

    page: int
    limit: int
    q: NotRequired[str]
    language: NotRequired[str]
    include_dead: bool
    order_by: str
    order_way: str


class CreateArticleInput(TypedDict):
    """A new article."""

    title: str
    contents: str
    format: str
    language: NotRequired[str]
    aliases: NotRequired[list[str]]
    read_class: NotRequired[int | None]
    edit_class: NotRequired[int | None]


class EditArticleInput(TypedDict, total=False):
    """Changes to an article."""

    title: str
    contents: str
    format: str
    language: str
    summary: str
    revision: int
    read_class: int | None
    edit_class: int | None


class TranslateArticleInput(TypedDict):
    """An article in another language."""

    language: str
    title: str
    contents: str
    format: str


class AddAliasInput(TypedDict):
    """Another name of an article."""

    alias: str


class ListLinksInput(TypedDict):
    """Links from here, or to here."""

    page: int
    limit: int
    direction: str


class ListChangesInput(TypedDict):
    """A part of the edits, newest first."""

    after: NotRequired[int]
    limit: int


class ListRevisionsInput(TypedDict):
    """A part of the edits of a text."""

    after: NotRequired[int]
    limit: int
    language: NotRequired[str]


class DiffInput(TypedDict, total=False):
    """Which revisions are compared."""

    language: str
    against: int


class RollbackInput(TypedDict, total=False):
    """Going back to a revision."""

    language: str
    summary: str
    revision: int


class LanguageNameInput(TypedDict):
    """A language."""

    language: str
