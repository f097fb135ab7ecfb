"""Serializers of articles, revisions, languages and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from pulsar.classes.interfaces import IUserClass
from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    BatchField,
    Field,
    NestedField,
    Serializer,
    array_of,
    nullable,
)
from pulsar.serialization.fields import JsonSchema
from pulsar.users.interfaces import IUser

from .models import MAIN_LANGUAGE, WikiAlias, WikiLanguage, WikiTranslation, WikiWatch
from .permissions import CLASSES, VIEW_DELETED
from .texts import wiki_texts


def aliases(request: Request, articles: Sequence[Any]) -> dict[int, list[str]]:
    """Return the aliases of each article, by the id of its text."""
    rows = request.db.execute(
        select(WikiAlias.article_id, WikiAlias.alias)
        .where(WikiAlias.article_id.in_({article.article_id for article in articles}))
        .order_by(WikiAlias.alias)
    )
    return _by_article(articles, rows)


def languages(request: Request, articles: Sequence[Any]) -> dict[int, list[str]]:
    """Return the names of the languages of each article, by the id of its text."""
    rows = request.db.execute(
        select(WikiTranslation.article_id, WikiLanguage.language)
        .join(WikiLanguage, WikiLanguage.id == WikiTranslation.language_id)
        .where(WikiTranslation.article_id.in_({article.article_id for article in articles}))
        .order_by(WikiLanguage.id)
    )
    return _by_article(articles, rows)


def watched(request: Request, articles: Sequence[Any]) -> dict[int, bool]:
    """Return whether the caller watches each article, by the id of its text."""
    article_ids = request.db.scalars(
        select(WikiWatch.article_id).where(
            WikiWatch.user_id == request.caller.user_id,
            WikiWatch.article_id.in_({article.article_id for article in articles}),
        )
    )
    ids = set(article_ids)
    return {article.id: article.article_id in ids for article in articles}


def _by_article(articles: Sequence[Any], rows: Any) -> dict[int, list[str]]:
    names_by_article: defaultdict[int, list[str]] = defaultdict(list)
    for article_id, name in rows:
        names_by_article[article_id].append(name)
    return {article.id: names_by_article[article.article_id] for article in articles}


def contents_html(request: Request, text: Any) -> str:
    return wiki_texts(request).html(text.format, text.contents)


def toc(request: Request, text: Any) -> list[dict[str, Any]]:
    """Return the table of contents of the text."""
    return wiki_texts(request)(text.format, text.contents).toc()


def _toc_schema() -> JsonSchema:
    """Return the JSON Schema of a table of contents."""
    children = array_of({"$ref": "#/components/schemas/WikiHeading"})
    properties = {"level": INTEGER, "title": STRING, "anchor": STRING, "children": children}
    return array_of(
        {
            "title": "WikiHeading",
            "type": "object",
            "required": [*properties],
            "properties": properties,
        }
    )


class WikiEntrySerializer(Serializer):
    """An article in a list."""

    id = Field(INTEGER, "article_id")
    title = Field(STRING)
    language = Field(STRING, "language.language")
    languages = BatchField(array_of(STRING), languages, doc="All that the article is there in.")
    aliases = BatchField(array_of(STRING), aliases)
    latest_revision = Field(INTEGER, "revision", doc="Of this language; counted from 1.")
    created = Field(DATETIME, "article.created")
    edited = Field(DATETIME, doc="In this language.")
    editor = NestedField(IUser, only=("id", "username"), doc="Of the latest revision.")
    read_class = NestedField(IUserClass, "article.read_class", only=("id", "name"))
    edit_class = NestedField(IUserClass, "article.edit_class", only=("id", "name"))
    restricted = Field(
        array_of({"type": "string", "enum": ["read", "edit"]}),
        lambda request, one: [
            name for name in ("read", "edit") if getattr(one.article, f"{name}_restricted")
        ],
        permission=CLASSES,
        doc="What is for a class and above; where that class is gone, for no class.",
    )
    deleted = Field(nullable(DATETIME), "article.deleted", permission=VIEW_DELETED)


class WikiArticleSerializer(WikiEntrySerializer):
    """An article in one of its languages."""

    contents = Field(STRING)
    format = Field(STRING)
    contents_html = Field(STRING, contents_html, personal=True, doc="Safe to show.")
    watched = BatchField(BOOLEAN, watched, personal=True, doc="By the caller.")
    toc = Field(_toc_schema(), toc, doc="The headings; anchors are ids in contents_html.")


class WikiChangeSerializer(Serializer):
    """An edit."""

    article_id = Field(INTEGER, "translation.article_id")
    language = Field(STRING, "translation.language.language")
    revision = Field(INTEGER, "number", doc="Counted from 1 in each language.")
    title = Field(STRING)
    summary = Field(STRING)
    editor = NestedField(IUser, only=("id", "username"))
    time = Field(DATETIME)


class WikiRevisionSerializer(WikiChangeSerializer):
    """The text of an article after an edit."""

    contents = Field(STRING)
    format = Field(STRING)
    contents_html = Field(STRING, contents_html, personal=True, doc="Safe to show.")


class WikiLanguageSerializer(Serializer):
    """A language."""

    id = Field(INTEGER)
    language = Field(STRING)
    main = Field(BOOLEAN, lambda request, language: language.id == MAIN_LANGUAGE)


class WikiLinkSerializer(Serializer):
    """A link."""

    alias = Field(STRING, doc="By which the article is linked.")
    language = Field(STRING, doc="Of the text that the link is in.")
    article_id = Field(nullable(INTEGER), doc="The other article; null where there is none.")
    title = Field(nullable(STRING), doc="Its title.")
