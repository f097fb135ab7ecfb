"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ShowArticleInput(TypedDict, total=False):
    """The language of an article."""

    language: str


class ListArticlesInput(TypedDict):
    """The filters and the order of a list of articles."""

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
    """A translation of an article."""

    language: str
    title: str
    contents: str
    format: str


class AddAliasInput(TypedDict):
    """An alias to add to an article."""

    alias: str


class ListLinksInput(TypedDict):
    """The direction and page of a list of links."""

    page: int
    limit: int
    direction: str


class ListChangesInput(TypedDict):
    """A page of edits."""

    after: NotRequired[int]
    limit: int


class ListRevisionsInput(TypedDict):
    """The language and page of a list of revisions."""

    after: NotRequired[int]
    limit: int
    language: NotRequired[str]


class DiffInput(TypedDict, total=False):
    """The revisions to compare."""

    language: str
    against: int


class RollbackInput(TypedDict, total=False):
    """The options of a rollback."""

    language: str
    summary: str
    revision: int


class LanguageNameInput(TypedDict):
    """The name of a language."""

    language: str
