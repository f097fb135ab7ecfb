"""Parsed texts, each of which is parsed once in a request."""

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

#: How long markup is cached, in seconds. Its key contains the HTML, so it cannot become wrong.
TTL = 7 * 86_400


class Texts:
    """Parses the texts of a request, and finds the aliases that their links lead to."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._made: dict[tuple[str, str], Markup] = {}

    def __call__(self, format: str, source: str) -> Markup:
        """Return the markup of a text in a format."""
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
        """Return the HTML of a text, with links to the articles that the caller may see."""
        markup = self(format, source)
        return markup.html(known_aliases(self._request, markup.aliases))


#: Returns the :class:`Texts` of a request.
wiki_texts = per_request(Texts)


def known_aliases(request: Request, aliases: Sequence[str]) -> set[str]:
    """Return the aliases that lead to articles which the caller may see."""
    if not aliases:
        return set()
    query = (
        select(WikiAlias.alias)
        .join(WikiArticle, WikiArticle.id == WikiAlias.article_id)
        .where(WikiAlias.alias.in_(aliases), live(request.caller))
    )
    return set(request.db.scalars(query))
