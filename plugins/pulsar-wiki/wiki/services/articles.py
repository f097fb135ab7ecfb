"""Writing, translating, deleting and restoring articles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError

from pulsar.db import utcnow
from pulsar.interfaces import ISiteLog
from pulsar.request import Request

from ..errors import LandingPageStays, TranslationExists
from ..events import WikiArticleCreated, WikiArticleDeleted
from ..inputs import CreateArticleInput, TranslateArticleInput
from ..languages import find_language
from ..models import LANDING_PAGE, WikiArticle, WikiTranslation
from . import aliases
from .classes import set_classes
from .texts import store_revision


def create(request: Request, values: CreateArticleInput) -> WikiTranslation:
    """Store a new article. Raises Invalid, UnknownLanguage, AliasTaken or Forbidden."""
    language = find_language(request.db, values.get("language"))
    title_alias = aliases.title_alias(request, values["title"])
    names = aliases.named_aliases(request, values.get("aliases", ()), "aliases")
    article = WikiArticle(language_id=language.id, read_restricted=False, edit_restricted=False)
    set_classes(request, article, values)
    request.db.add(article)
    request.db.flush()
    aliases.add(request, article, [title_alias, *names])
    translation = _write(request, article, language.id, values)
    request.registry.notify(WikiArticleCreated(request, translation))
    return translation


def translate(
    request: Request, article: WikiArticle, values: TranslateArticleInput
) -> WikiTranslation:
    """Store a translation of the article. Raises UnknownLanguage or TranslationExists."""
    language = find_language(request.db, values["language"])
    try:
        with request.db.begin_nested():
            translation = _write(request, article, language.id, values)
    except IntegrityError as error:
        raise TranslationExists(
            f"WikiArticle {article.id} is there in {language.language} already."
        ) from error
    aliases.add_if_free(request, article, translation.title)
    request.registry.notify(WikiArticleCreated(request, translation))
    return translation


def _write(
    request: Request, article: WikiArticle, language_id: int, values: Mapping[str, Any]
) -> WikiTranslation:
    translation = WikiTranslation(
        article=article,
        language_id=language_id,
        title=values["title"].strip(),
        contents=values["contents"],
        format=values["format"],
        revision=1,
        edited=utcnow(),
        editor_id=request.caller.user_id,
    )
    request.db.add(translation)
    request.db.flush()
    store_revision(request, translation)
    return translation


def delete(request: Request, translation: WikiTranslation) -> None:
    """Delete the article in all languages. Raises LandingPageStays."""
    if translation.article_id == LANDING_PAGE:
        raise LandingPageStays
    if _mark(request, translation, WikiArticle.deleted.is_(None), utcnow()):
        _log_change(request, "wiki_article_deleted", translation)
        request.registry.notify(WikiArticleDeleted(request, translation))


def restore(request: Request, translation: WikiTranslation) -> None:
    """Undo the deletion of the article, if it is deleted."""
    if _mark(request, translation, WikiArticle.deleted.is_not(None), None):
        _log_change(request, "wiki_article_restored", translation)


def _mark(
    request: Request,
    translation: WikiTranslation,
    before: ColumnElement[bool],
    deleted: datetime | None,
) -> bool:
    """Set ``deleted`` of the article if the condition holds; return whether it did."""
    done = request.db.scalar(
        update(WikiArticle)
        .where(WikiArticle.id == translation.article_id, before)
        .values(deleted=deleted)
        .returning(WikiArticle.id)
        .execution_options(synchronize_session=False)
    )
    request.db.refresh(translation.article, ["deleted"])
    return done is not None


def _log_change(request: Request, action: str, translation: WikiTranslation) -> None:
    log = request.find_service(ISiteLog)
    log.record(request, action, translation.title, target=translation.article)
