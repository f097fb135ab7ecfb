"""Texts taken apart, each once in a request however much is shown of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from pulsar.interfaces import IText
from pulsar.request import Request, per_request
from pulsar.text.work import longest_html

from .access import live
from .markup import VERSION, Markup, parse
from .models import WikiAlias, WikiArticle

#: Seconds that markup is kept. It is found by its HTML, so it never becomes untrue.
TTL = 7 * 86_400


class Texts:
    """Makes markup of sources, and knows which of its links lead somewhere."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._made: dict[tuple[str, str], Markup] = {}

    def __call__(self, format: str, source: str) -> Markup:
        """The markup of a text in a format."""
        key = (format, source)
        if key not in self._made:
            self._made[key] = self._markup(*key)
        return self._made[key]

    def _markup(self, format: str, source: str) -> Markup:
        request = self._request
        (html,) = request.find_service(IText).html_many(request, [(format, source)])
        digest = hashlib.blake2b(html.encode(), digest_size=20).hexdigest()
        longest = longest_html(source)
        name = f"wiki:{VERSION}:{longest}:{digest}"
        makers = {name: lambda: msgspec.to_builtins(parse(html, longest))}
        return msgspec.convert(request.cache.get_or_create_many(makers, TTL)[name], Markup)

    def html(self, format: str, source: str) -> str:
        """The text as HTML, with links to the articles that the caller may know of."""
        markup = self(format, source)
        return markup.html(known_aliases(self._request, markup.aliases))


#: The request's :class:`Texts`.
wiki_texts = per_request(Texts)


def known_aliases(request: Request, aliases: Sequence[str]) -> set[str]:
    """Those aliases that lead to articles which the caller may know of."""
    if not aliases:
        return set()
    query = (
        select(WikiAlias.alias)
        .join(WikiArticle, WikiArticle.id == WikiAlias.article_id)
        .where(WikiAlias.alias.in_(aliases), live(request.caller))
    )
    return set(request.db.scalars(query))
