"""Watching articles."""

from __future__ import annotations

from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Message

from ..notifications import unwatch, watch
from ..permissions import VIEW
from ..resources import ArticleResource


@view_config(
    context=ArticleResource,
    name="watch",
    request_method="POST",
    permission=VIEW,
    response=Message(),
)
def watch_article(context: ArticleResource, request: Request) -> str:
    """Watch an article, to be notified of its edits.

    There is no further notification while one of the article is neither read nor mailed.
    """
    watch(request, context.model.article)
    return f"You watch WikiArticle {context.model.article_id}."


@view_config(
    context=ArticleResource,
    name="watch",
    request_method="DELETE",
    permission=VIEW,
    response=Message(),
)
def unwatch_article(context: ArticleResource, request: Request) -> str:
    """Stop watching an article."""
    unwatch(request, context.model.article)
    return f"You no longer watch WikiArticle {context.model.article_id}."
