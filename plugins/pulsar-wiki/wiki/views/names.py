"""The aliases and translations of articles, and the languages of the wiki."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pyramid.view import view_config
from sqlalchemy import select

from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing, Message
from pulsar.validation import Paging
from pulsar.validation.inputs import PagingInput

from ..errors import AliasTaken, LanguageExists, TranslationExists, UnknownLanguage
from ..inputs import AddAliasInput, LanguageNameInput, TranslateArticleInput
from ..interfaces import IWikiArticle, IWikiEntry, IWikiLanguage
from ..languages import store
from ..models import WikiLanguage, WikiTranslation
from ..permissions import CREATE, EDIT, LANGUAGES, VIEW
from ..queries import in_all_languages
from ..resources import Aliases, AliasOfArticle, ArticleTranslations, Language, Languages
from ..schemas import AddAlias, LanguageName, TranslateArticle
from ..services.aliases import add, named_aliases, remove
from ..services.articles import translate


@view_config(
    context=Aliases,
    request_method="POST",
    permission=EDIT,
    schema=AddAlias,
    response=IWikiArticle,
    errors=(AliasTaken,),
)
def add_alias(context: Aliases, request: Request[AddAliasInput]) -> WikiTranslation:
    """Add an alias to an article."""
    original = context.__parent__.model
    names = named_aliases(request, [request.validated["alias"]], "alias")
    add(request, original.article, names)
    return original


@view_config(context=AliasOfArticle, request_method="DELETE", permission=EDIT, response=Message())
def remove_alias(context: AliasOfArticle, request: Request) -> str:
    """Remove an alias from an article; links with the alias no longer lead to it."""
    remove(request, context.model)
    return f"WikiAlias {context.model.alias} has been deleted."


@view_config(
    context=ArticleTranslations,
    request_method="GET",
    permission=VIEW,
    schema=Paging,
    response=Listing(IWikiEntry),
)
def list_translations(context: ArticleTranslations, request: Request[PagingInput]) -> Page:
    """List an article in each of its languages."""
    article_id = context.__parent__.model.article_id
    return in_all_languages(request, article_id, request.validated)


@view_config(
    context=ArticleTranslations,
    request_method="POST",
    permission=CREATE,
    schema=TranslateArticle,
    response=IWikiArticle,
    status=201,
    errors=(TranslationExists, UnknownLanguage),
)
def translate_article(
    context: ArticleTranslations, request: Request[TranslateArticleInput]
) -> WikiTranslation:
    """Translate an article into another language; its title becomes an alias if that is free."""
    translation = translate(request, context.__parent__.model.article, request.validated)
    language = urlencode({"language": translation.language.language})
    place = request.resource_url(context.__parent__).rstrip("/")
    request.response.location = f"{place}?{language}"
    return translation


@view_config(
    context=Languages,
    request_method="GET",
    permission=VIEW,
    schema=Paging,
    response=Listing(IWikiLanguage),
)
def list_languages(context: Languages, request: Request[PagingInput]) -> Page:
    """List the languages that articles may be in; the main one is first."""
    values = request.validated
    query = select(WikiLanguage).order_by(WikiLanguage.id)
    return paginate(request.db, query, values)


@view_config(
    context=Languages,
    request_method="POST",
    permission=LANGUAGES,
    schema=LanguageName,
    response=IWikiLanguage,
    status=201,
    errors=(LanguageExists,),
)
def add_language(context: Languages, request: Request[LanguageNameInput]) -> Any:
    """Add a language."""
    language = WikiLanguage()
    store(request, language, request.validated["language"].strip())
    return context(language)


@view_config(
    context=Language,
    request_method="PUT",
    permission=LANGUAGES,
    schema=LanguageName,
    response=IWikiLanguage,
    errors=(LanguageExists,),
)
def rename_language(context: Language, request: Request[LanguageNameInput]) -> WikiLanguage:
    """Rename a language, e.g. the main one."""
    store(request, context.model, request.validated["language"].strip())
    return context.model
