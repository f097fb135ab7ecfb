"""Queries for lists of articles, edits and links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased, defer, joinedload

from pulsar.interfaces import ISearch
from pulsar.paging import Page, paginate, paginate_after
from pulsar.request import Request
from pulsar.users.loading import named
from pulsar.validation.inputs import PagingInput

from .access import leading, live
from .brief import Change, Entry, Link
from .finding import translations, with_relations
from .inputs import ListArticlesInput, ListChangesInput, ListLinksInput, ListRevisionsInput
from .languages import find_language
from .models import (
    WikiAlias,
    WikiArticle,
    WikiLanguage,
    WikiLink,
    WikiRevision,
    WikiTranslation,
)
from .services.texts import KIND

_ORDER = {"title": func.lower(WikiTranslation.title), "edited": WikiTranslation.edited}


def articles(request: Request, values: ListArticlesInput) -> Page:
    """Return a page of the articles that match. Raises UnknownLanguage."""
    query = translations(request)
    if not values["include_dead"]:
        query = query.where(WikiArticle.deleted.is_(None))
    words = values.get("q", "").strip()
    if words:
        matching_ids = request.find_service(ISearch).matching(request.db, KIND, words)
        query = query.where(WikiTranslation.id.in_(matching_ids))
    if "language" in values:
        language = find_language(request.db, values["language"])
        query = query.where(WikiTranslation.language_id == language.id)
    elif not words:
        query = query.where(WikiTranslation.language_id == WikiArticle.language_id)
    column: Any = _ORDER[values["order_by"]]
    order = (column, WikiTranslation.id)
    query = query.order_by(*(by.desc() if values["order_way"] == "desc" else by for by in order))
    page = paginate(request.db, with_relations(query, texts=False), values)
    page.items = [Entry(translation) for translation in page.items]
    return page


def recent(request: Request, values: ListChangesInput) -> Page:
    """Return a page of the edits of all articles, newest first."""
    query = (
        _changes()
        .join(WikiTranslation, WikiTranslation.id == WikiRevision.translation_id)
        .join(WikiArticle, WikiArticle.id == WikiTranslation.article_id)
        .where(live(request.caller))
    )
    return _page(request, query, WikiRevision.id, values)


def revisions(request: Request, translation: WikiTranslation, values: ListRevisionsInput) -> Page:
    """Return a page of a text's revisions, newest first; ``after`` is the number of a revision."""
    query = _changes().where(WikiRevision.translation_id == translation.id)
    return _page(request, query, WikiRevision.number, values)


def _changes() -> Select[tuple[WikiRevision]]:
    translation = joinedload(WikiRevision.translation, innerjoin=True)
    return select(WikiRevision).options(
        defer(WikiRevision.contents, raiseload=True),
        named(joinedload(WikiRevision.editor)),
        translation.load_only(WikiTranslation.id, WikiTranslation.article_id),
        translation.joinedload(WikiTranslation.language, innerjoin=True),
    )


def _page(
    request: Request, query: Select[tuple[WikiRevision]], key: Any, values: Mapping[str, Any]
) -> Page:
    page = paginate_after(request.db, query, key, values)
    page.items = [Change(revision) for revision in page.items]
    return page


def links(request: Request, article_id: int, values: ListLinksInput) -> Page:
    """Return a page of the links from an article, or of the links to it."""
    select_links = _links_to if values["direction"] == "to" else _links_from
    query = select_links(request, article_id)
    page, limit = values["page"], values["limit"]
    total = request.db.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    rows = request.db.execute(query.limit(limit).offset((page - 1) * limit))
    return Page([Link(*row) for row in rows], limit, page, total or 0)


def _links_to(request: Request, article_id: int) -> Select[Any]:
    return (
        select(
            WikiLink.alias,
            WikiLanguage.language,
            WikiTranslation.article_id,
            WikiTranslation.title,
        )
        .join(WikiTranslation, WikiTranslation.id == WikiLink.translation_id)
        .join(WikiLanguage, WikiLanguage.id == WikiTranslation.language_id)
        .join(WikiArticle, WikiArticle.id == WikiTranslation.article_id)
        .join(WikiAlias, WikiAlias.alias == WikiLink.alias)
        .where(
            WikiAlias.article_id == article_id,
            leading(request.caller),
            live(request.caller),
        )
        .order_by(func.lower(WikiTranslation.title), WikiTranslation.id, WikiLink.alias)
    )


def _links_from(request: Request, article_id: int) -> Select[Any]:
    """Articles that the caller may not see are listed like missing ones."""
    visible_targets = (
        select(WikiAlias.alias, WikiAlias.article_id, WikiTranslation.title)
        .join(WikiArticle, WikiArticle.id == WikiAlias.article_id)
        .join(
            WikiTranslation,
            and_(
                WikiTranslation.article_id == WikiArticle.id,
                WikiTranslation.language_id == WikiArticle.language_id,
            ),
        )
        .where(live(request.caller), leading(request.caller))
        .subquery()
    )
    source = aliased(WikiTranslation)
    return (
        select(
            WikiLink.alias,
            WikiLanguage.language,
            visible_targets.c.article_id,
            visible_targets.c.title,
        )
        .join(source, source.id == WikiLink.translation_id)
        .join(WikiLanguage, WikiLanguage.id == source.language_id)
        .outerjoin(visible_targets, visible_targets.c.alias == WikiLink.alias)
        .where(source.article_id == article_id)
        .order_by(WikiLink.alias, WikiLanguage.id)
    )


def in_all_languages(request: Request, article_id: int, values: PagingInput) -> Page:
    """Return a page of the article's texts, one for each language."""
    query = translations(request).where(WikiTranslation.article_id == article_id)
    ordered = with_relations(query.order_by(WikiTranslation.language_id), texts=False)
    listing = paginate(request.db, ordered, values)
    listing.items = [Entry(translation) for translation in listing.items]
    return listing


def count_articles(session: Session) -> int:
    """Count the articles that are not deleted."""
    return session.scalar(select(func.count()).where(WikiArticle.deleted.is_(None))) or 0
