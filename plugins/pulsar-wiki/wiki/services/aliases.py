"""Adding aliases to articles, and removing them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from pyramid.interfaces import IRequest
from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from pulsar.db import insert_new
from pulsar.errors import Invalid
from pulsar.interfaces import IResource, ISiteLog
from pulsar.request import Request

from ..access import visible
from ..errors import AliasTaken
from ..interfaces import IWiki
from ..models import WikiAlias, WikiArticle
from ..names import alias_of


def title_alias(request: Request, title: str) -> str:
    """Return the alias of a title. Raises Invalid if it gives none."""
    alias = alias_of(title)
    if alias is None or is_reserved(request, alias):
        raise Invalid({"title": ["value gives no alias"]})
    return alias


def named_aliases(request: Request, values: Iterable[str], path: str) -> list[str]:
    """Return the normalised aliases. Raises Invalid if one is the name of a resource."""
    aliases = [alias for value in values if (alias := alias_of(value)) is not None]
    if any(is_reserved(request, alias) for alias in aliases):
        raise Invalid({path: ["value is reserved"]})
    return aliases


def is_reserved(request: Request, alias: str) -> bool:
    """Return whether the alias is the name of a resource below ``/wiki``."""
    factory = request.registry.adapters.lookup((IWiki, IRequest), IResource, name=alias)
    return factory is not None


def add(request: Request, article: WikiArticle, aliases: Iterable[str]) -> None:
    """Add the aliases to the article.

    Raises AliasTaken if another article that the caller sees has one of them. Articles that the
    caller does not see do not matter; :func:`wiki.access.leading` decides which article is found.
    """
    names = sorted(set(aliases))
    _lock(request.db, names)
    taken = request.db.scalar(_held_by_others(article, names).where(visible(request.caller)))
    if taken is not None:
        raise AliasTaken(taken)
    insert_new(request.db, WikiAlias, [{"alias": name, "article_id": article.id} for name in names])


def add_if_free(request: Request, article: WikiArticle, title: str) -> None:
    """Add the title's alias to the article, unless an article that all of its readers see has it.

    The result does not depend on the caller: an article without the alias of its title would reveal
    to others that there is an article which they do not see.
    """
    alias = alias_of(title)
    if alias is None or is_reserved(request, alias):
        return
    _lock(request.db, [alias])
    read_by_all: ColumnElement[bool] = WikiArticle.read_restricted.is_(False)
    if article.read_restricted:
        read_by_all = or_(read_by_all, WikiArticle.read_class_id == article.read_class_id)
    others = _held_by_others(article, [alias]).where(WikiArticle.deleted.is_(None), read_by_all)
    if request.db.scalar(others) is None:
        insert_new(request.db, WikiAlias, [{"alias": alias, "article_id": article.id}])


def remove(request: Request, alias: WikiAlias) -> None:
    """Remove the alias from its article, and write that to the site log, its only record."""
    row = (WikiAlias.alias == alias.alias, WikiAlias.article_id == alias.article_id)
    if request.db.scalar(delete(WikiAlias).where(*row).returning(WikiAlias.alias)) is not None:
        article = request.db.get_one(WikiArticle, alias.article_id)
        request.find_service(ISiteLog).record(
            request,
            "wiki_alias_removed",
            alias.alias,
            target=article,
            before={"alias": alias.alias},
        )


def _lock(session: Session, aliases: Iterable[str]) -> None:
    """Make other transactions that add one of the aliases wait until this one ends.

    SQLite has one writer at a time. On PostgreSQL no index can express which articles have the same
    readers, so the names are locked, always in the same order.
    """
    if session.get_bind().dialect.name == "postgresql":
        keys = sorted(_lock_key(alias) for alias in aliases)
        session.execute(select(*(func.pg_advisory_xact_lock(key) for key in keys)))


def _lock_key(alias: str) -> int:
    """Return the number that identifies the lock of an alias in PostgreSQL."""
    digest = hashlib.blake2b(f"wiki_aliases:{alias}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _held_by_others(article: WikiArticle, aliases: Sequence[str]) -> Select[tuple[str]]:
    """Return the query for the first of the aliases that only other articles have."""
    own = select(WikiAlias.alias).where(WikiAlias.article_id == article.id).correlate(None)
    return (
        select(WikiAlias.alias)
        .join(WikiArticle, WikiArticle.id == WikiAlias.article_id)
        .where(WikiAlias.alias.in_(aliases), WikiAlias.alias.not_in(own))
        .order_by(WikiAlias.alias)
        .limit(1)
    )
