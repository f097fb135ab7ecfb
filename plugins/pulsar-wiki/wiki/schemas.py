"""Input of the endpoints of the wiki."""

from __future__ import annotations

from typing import Any

import colander

from pulsar.text import Format
from pulsar.validation import Boolean, Choice, Integer, ListOf, Nullable, Paging, Schema, String

from .models import MAX_REVISION, NAME_LENGTH
from .names import aliasable, presentable

MAX_CONTENTS = 500_000
MAX_ALIASES = 20


def Title(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The title of an article."""
    return String(1, NAME_LENGTH, presentable, **kwargs)


def Language(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The name of one of the wiki's languages."""
    kwargs.setdefault("description", "That of the original where it is missing.")
    return String(1, NAME_LENGTH, **kwargs)


def Alias(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """A name by which an article is found."""
    return String(1, NAME_LENGTH, aliasable, **kwargs)


def Class(title: str) -> colander.SchemaNode:  # noqa: N802
    """The id of the lowest class with access; null for all members."""
    return Nullable(Integer(1), description=f"Id of the lowest class that {title}.")


def Summary() -> colander.SchemaNode:  # noqa: N802
    """The summary of an edit."""
    return String(0, 255, description="What the edit is about.")


def Revision(description: str) -> colander.SchemaNode:  # noqa: N802
    """The number of a revision."""
    return Integer(1, MAX_REVISION, description=description)


class ShowArticle(Schema):
    """The language of an article."""

    language = Language()


class ListArticles(Paging):
    """The filters and the order of a list of articles."""

    q = String(0, 255, description='Words in title and text: linux "live cd" -beta ubun*')
    language = Language(
        description="Only what is there in it; without, words are looked for in all languages."
    )
    include_dead = Boolean(default=False, description="Deleted ones too, for who may see them.")
    order_by = Choice("title", "edited", default="title")
    order_way = Choice("asc", "desc", default="asc")


class CreateArticle(Schema):
    """A new article."""

    example = {
        "title": "Seeding",
        "contents": "[h1]How to seed[/h1] Leave the client running.",
        "format": "bbcode",
        "aliases": ["how-to-seed"],
    }

    title = Title(required=True)
    contents = String(0, MAX_CONTENTS, required=True)
    format = Format()
    language = Language(description="The wiki's main language where it is missing.")
    aliases = ListOf(Alias(), MAX_ALIASES, description="Beside that of the title.")
    read_class = Class("reads it")
    edit_class = Class("edits it")


class EditArticle(Schema):
    """Changes to an article."""

    example = {
        "contents": "[h1]How to seed[/h1] Leave the client on.",
        "summary": "Wording",
        "revision": 1,
    }

    title = Title()
    contents = String(0, MAX_CONTENTS)
    format = Format(edits=True)
    language = Language()
    summary = Summary()
    revision = Revision("The latest one that the caller knows; or in If-Match.")
    read_class = Class("reads it")
    edit_class = Class("edits it")


class TranslateArticle(Schema):
    """A translation of an article."""

    example = {
        "language": "de",
        "title": "Seeden",
        "contents": "Lass das Programm laufen.",
        "format": "bbcode",
    }

    language = Language(required=True, description="One that the article is not there in.")
    title = Title(required=True)
    contents = String(0, MAX_CONTENTS, required=True)
    format = Format()


class AddAlias(Schema):
    """An alias to add to an article."""

    example = {"alias": "how-to-seed"}

    alias = Alias(required=True)


class ListLinks(Paging):
    """The direction and page of a list of links."""

    direction = Choice("to", "from", default="to", description="To this article, or from it.")


class ListChanges(Schema):
    """A page of edits."""

    after = Integer(1, description="Continue behind the place that the last part named.")
    limit = Integer(1, 100, default=50)


class ListRevisions(ListChanges):
    """The language and page of a list of revisions."""

    language = Language()
    after = Revision("Continue behind the revision that the last part named.")


class Diff(Schema):
    """The revisions to compare."""

    language = Language()
    against = Integer(
        0, MAX_REVISION, description="The one before where it is missing; 0 is the empty text."
    )


class Rollback(Schema):
    """The options of a rollback."""

    example = {"summary": "Back to what was agreed", "revision": 3}

    language = Language()
    summary = Summary()
    revision = Revision("The latest one that the caller knows; then it must be that still.")


class LanguageName(Schema):
    """The name of a language."""

    example = {"language": "de"}

    language = String(1, NAME_LENGTH, presentable, required=True)
