"""Giving aliases to articles, and taking them away."""

from __future__ import annotations

from collections.abc import Iterable

from pyramid.interfaces import IRequest
from pyramid.request import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pulsar.db import insert_new
from pulsar.errors import Invalid
from pulsar.interfaces import IResource, ISiteLog

from ..access import visible
from ..errors import AliasTaken
from ..interfaces import IWiki
from ..models import WikiAlias, WikiArticle
from ..names import alias_of

#: Why a name cannot be an alias of this article, by the key that it came under.
_NO_ALIAS = {"title": "value gives no alias"}
_RESERVED = "value is reserved"


def title_alias(request: Request, title: str) -> str:
    """The alias that the title gives. Raises Invalid where it gives none."""
    alias = alias_of(title)
    if alias is None or is_reserved(request, alias):
        raise Invalid({"title": [_NO_ALIAS["title"]]})
    return alias


def named_aliases(request: Request, values: Iterable[str], path: str) -> list[str]:
    """The aliases in their one spelling. Raises Invalid for what is a place below ``/wiki``."""
    aliases = [alias for value in values if (alias := alias_of(value)) is not None]
    if any(is_reserved(request, alias) for alias in aliases):
        raise Invalid({path: [_RESERVED]})
    return aliases


def is_reserved(request: Request, alias: str) -> bool:
    """Whether a resource of that name is below ``/wiki``."""
    found = request.registry.adapters.lookup((IWiki, IRequest), IResource, name=alias)
    return found is not None


def add(request: Request, article: WikiArticle, aliases: Iterable[str], path: str) -> None:
    """Give the article the aliases. Raises AliasTaken where another one has one of them.

    ``path`` is the key that the aliases came under. Where the caller does not see the other
    article, the alias is refused like a name below ``/wiki``, which tells of no article.
    """
    for alias, article_id in _claim(request.db, article, aliases).items():
        if article_id == article.id:
            continue
        seen = select(WikiArticle.id).where(WikiArticle.id == article_id, visible(request.identity))
        if request.db.scalar(seen) is None:
            raise Invalid({path: [_NO_ALIAS.get(path, _RESERVED)]})
        raise AliasTaken(alias)


def add_if_free(request: Request, article: WikiArticle, title: str) -> None:
    """Give the article the title's alias, unless another one has it."""
    alias = alias_of(title)
    if alias is not None and not is_reserved(request, alias):
        _claim(request.db, article, [alias])


def remove(request: Request, alias: WikiAlias) -> None:
    """Take the alias from its article; nothing else would tell of it than the site log."""
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


def _claim(session: Session, article: WikiArticle, aliases: Iterable[str]) -> dict[str, int]:
    """Whose the aliases are, now that the article has those which were free.

    Where two claim one at the same moment, the database lets the second wait for the first.
    """
    wanted = sorted(set(aliases))
    rows = [{"alias": alias, "article_id": article.id} for alias in wanted]
    insert_new(session, WikiAlias, rows)
    owners = select(WikiAlias.alias, WikiAlias.article_id).where(WikiAlias.alias.in_(wanted))
    return dict(session.execute(owners).tuples().all())
