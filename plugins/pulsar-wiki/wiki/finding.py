"""Finding texts and revisions that the caller may see."""

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
    """Return the query, which is joined to articles, with options for the serializers' relations.

    Without ``texts``, it does not load ``contents``, and accessing them raises an error.
    """
    article = contains_eager(WikiTranslation.article)
    query = query.options(
        article.joinedload(WikiArticle.read_class),
        article.joinedload(WikiArticle.edit_class),
        joinedload(WikiTranslation.language, innerjoin=True),
        named(joinedload(WikiTranslation.editor)),
    )
    return query if texts else query.options(defer(WikiTranslation.contents, raiseload=True))


def translations(request: Request) -> Translations:
    """Return the query for the texts of articles that the caller may see, in all languages."""
    return (
        select(WikiTranslation)
        .join(WikiArticle, WikiArticle.id == WikiTranslation.article_id)
        .where(visible(request.caller))
    )


def originals(request: Request) -> Translations:
    """Return the query for the original texts of the articles that the caller may see."""
    return translations(request).where(WikiTranslation.language_id == WikiArticle.language_id)


def in_language(
    request: Request, original: WikiTranslation, name: str | None, *, texts: bool = True
) -> WikiTranslation:
    """Return the article in the language, or the original if ``name`` is None.

    Raises UnknownLanguage, and NotFound if there is no translation into the language.
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
    """Return the revision of the text with this number. Raises NotFound."""
    query = (
        select(WikiRevision)
        .where(WikiRevision.translation_id == translation.id, WikiRevision.number == number)
        .options(named(joinedload(WikiRevision.editor)))
    )
    revision = request.db.scalar(query) if number <= MAX_REVISION else None
    if revision is None:
        raise NotFound(f"WikiRevision {number} does not exist.")
    return revision
