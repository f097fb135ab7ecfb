"""Finding texts and their revisions, as far as the caller may know of them."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, defer, joinedload

from pulsar.errors import NotFound
from pulsar.request import Request
from pulsar.users.loading import named

from .access import visible
from .languages import find_language
from .models import MAX_REVISION, WikiArticle, WikiRevision, WikiTranslation

Translations = Select[tuple[WikiTranslation]]


def with_relations(query: Translations, *, texts: bool = True) -> Translations:
    """The query of translations, joined to their articles, with what showing them needs."""
    article = contains_eager(WikiTranslation.article)
    query = query.options(
        article.joinedload(WikiArticle.read_class),
        article.joinedload(WikiArticle.edit_class),
        joinedload(WikiTranslation.language, innerjoin=True),
        named(joinedload(WikiTranslation.editor)),
    )
    return query if texts else query.options(defer(WikiTranslation.contents, raiseload=True))


def translations(request: Request) -> Translations:
    """The texts of articles that the caller may know of."""
    return (
        select(WikiTranslation)
        .join(WikiArticle, WikiArticle.id == WikiTranslation.article_id)
        .where(visible(request.caller))
    )


def originals(request: Request) -> Translations:
    """Those in the languages in which the articles were written first."""
    return translations(request).where(WikiTranslation.language_id == WikiArticle.language_id)


def in_language(
    request: Request, original: WikiTranslation, name: str | None, *, texts: bool = True
) -> WikiTranslation:
    """The article in the language; in that of the original where none is named.

    Raises UnknownLanguage, and NotFound where it is not there in that language.
    """
    if name is None:
        return original
    language = find_language(request.db, name)
    translation = request.db.scalar(
        with_relations(
            translations(request).where(
                WikiTranslation.article_id == original.article_id,
                WikiTranslation.language_id == language.id,
            ),
            texts=texts,
        )
    )
    if translation is None:
        raise NotFound(f"WikiArticle {original.article_id} is not there in {language.language}.")
    return translation


def find_revision(request: Request, translation: WikiTranslation, number: int) -> WikiRevision:
    """The text's revision with this number. Raises NotFound."""
    query = (
        select(WikiRevision)
        .where(WikiRevision.translation_id == translation.id, WikiRevision.number == number)
        .options(named(joinedload(WikiRevision.editor)))
    )
    revision = request.db.scalar(query) if number <= MAX_REVISION else None
    if revision is None:
        raise NotFound(f"WikiRevision {number} does not exist.")
    return revision
