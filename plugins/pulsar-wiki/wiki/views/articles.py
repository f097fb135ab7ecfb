"""Listing, writing, showing, editing, deleting and restoring articles."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.errors import EditConflict
from pulsar.paging import Page
from pulsar.request import Request
from pulsar.serialization import Listing, Message

from ..errors import (
    AliasTaken,
    LandingPageStays,
    RevisionRequired,
    UnknownLanguage,
)
from ..finding import in_language
from ..inputs import (
    CreateArticleInput,
    EditArticleInput,
    ListArticlesInput,
    ListLinksInput,
    ShowArticleInput,
)
from ..interfaces import IWikiArticle, IWikiEntry, IWikiLink
from ..models import WikiTranslation
from ..permissions import CREATE, DELETE, EDIT, VIEW
from ..queries import articles, links
from ..resources import ArticleByAlias, ArticleResource, Articles, Wiki
from ..schemas import CreateArticle, EditArticle, ListArticles, ListLinks, ShowArticle
from ..services.articles import create, delete, restore
from ..services.editing import edit


@view_config(
    context=Articles,
    request_method="GET",
    permission=VIEW,
    schema=ListArticles,
    response=Listing(IWikiEntry),
    errors=(UnknownLanguage,),
)
def list_articles(context: Articles, request: Request[ListArticlesInput]) -> Page:
    """List and search articles.

    Each article is shown in the language of its original, or in the requested one. Searches show it
    in the languages in which the words were found.
    """
    return articles(request, request.validated)


@view_config(
    context=Articles,
    request_method="POST",
    permission=CREATE,
    schema=CreateArticle,
    response=IWikiArticle,
    status=201,
    errors=(AliasTaken, UnknownLanguage),
)
def create_article(context: Articles, request: Request[CreateArticleInput]) -> Any:
    """Write an article; its title without white space becomes its alias.

    Setting the classes requires wiki_classes_modify.
    """
    return context(create(request, request.validated))


@view_config(
    context=ArticleResource,
    request_method="GET",
    permission=VIEW,
    schema=ShowArticle,
    response=IWikiArticle,
    errors=(UnknownLanguage,),
)
def view_article(context: ArticleResource, request: Request[ShowArticleInput]) -> WikiTranslation:
    """Show an article, in the language of its original or in another one."""
    return context.translation(request.validated.get("language"))


@view_config(
    context=ArticleByAlias,
    request_method="GET",
    permission=VIEW,
    schema=ShowArticle,
    response=IWikiArticle,
    errors=(UnknownLanguage,),
)
def view_by_alias(context: ArticleByAlias, request: Request[ShowArticleInput]) -> WikiTranslation:
    """Show the article with an alias, ignoring case."""
    return in_language(request, context.model, request.validated.get("language"))


@view_config(
    context=Wiki,
    request_method="GET",
    permission=VIEW,
    schema=ShowArticle,
    response=IWikiArticle,
    errors=(UnknownLanguage,),
)
def view_landing_page(context: Wiki, request: Request[ShowArticleInput]) -> WikiTranslation:
    """Show the landing page."""
    return in_language(request, context.landing_page(), request.validated.get("language"))


@view_config(
    context=ArticleResource,
    request_method="PUT",
    permission=EDIT,
    schema=EditArticle,
    response=IWikiArticle,
    errors=(AliasTaken, EditConflict, RevisionRequired, UnknownLanguage),
)
def edit_article(context: ArticleResource, request: Request[EditArticleInput]) -> WikiTranslation:
    """Edit an article.

    Name the revision that the edit is based on, in the member revision or in the header If-Match:
    "7". If it is no longer the latest, the response is 409, with latest_revision and the diff of
    others' edits.
    """
    translation = context.translation(request.validated.get("language"))
    edit(request, translation, request.validated)
    return translation


@view_config(
    context=ArticleResource,
    request_method="DELETE",
    permission=DELETE,
    response=Message(),
    errors=(LandingPageStays,),
)
def delete_article(context: ArticleResource, request: Request) -> str:
    """Delete an article in all its languages."""
    delete(request, context.model)
    return f"WikiArticle {context.model.article_id} has been deleted."


@view_config(
    context=ArticleResource,
    name="restore",
    request_method="POST",
    permission=DELETE,
    response=IWikiArticle,
)
def restore_article(context: ArticleResource, request: Request) -> WikiTranslation:
    """Restore a deleted article. The caller must be allowed to see deleted articles."""
    restore(request, context.model)
    return context.model


@view_config(
    context=ArticleResource,
    name="links",
    request_method="GET",
    permission=VIEW,
    schema=ListLinks,
    response=Listing(IWikiLink),
)
def list_links(context: ArticleResource, request: Request[ListLinksInput]) -> Page:
    """List the links to an article, or from it."""
    return links(request, context.model.article_id, request.validated)
