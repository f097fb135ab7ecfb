"""``/wiki`` and the resources below it: articles, aliases, revisions and languages."""

from __future__ import annotations

from typing import Any, ClassVar

from pyramid.authorization import Deny, Everyone
from sqlalchemy import select
from zope.interface import implementer

from pulsar.errors import NotFound
from pulsar.traversal import Collection, Item, Resource, parse_id

from .access import editable
from .finding import find_revision, in_language, originals, with_relations
from .interfaces import IWiki, IWikiArticleResource, IWikiArticles
from .models import (
    LANDING_PAGE,
    WikiAlias,
    WikiArticle,
    WikiLanguage,
    WikiRevision,
    WikiTranslation,
)
from .names import alias_of
from .permissions import CREATE, DELETE, EDIT, VIEW


class Revision(Resource):
    """One revision. The views read its language from the query or the body."""

    __parent__: Revisions

    @property
    def number(self) -> int:
        """The number of the revision, counted from 1 in each language."""
        return int(self.__name__)

    def find(self, translation: WikiTranslation) -> WikiRevision:
        """Return the revision of the text. Raises NotFound."""
        return find_revision(self.request, translation, self.number)


class Revisions(Resource):
    """The revisions of an article, by number."""

    __parent__: ArticleResource
    children: ClassVar[dict[str, type[Resource]]] = {"{number}": Revision}

    def __getitem__(self, name: str) -> Resource:
        """Return the resource of a revision, which need not exist."""
        if parse_id(name) is None:
            raise KeyError(name)
        return Revision(self, self.request, name)


class AliasOfArticle(Resource):
    """One alias of an article."""

    model: WikiAlias


class Aliases(Resource):
    """The aliases of an article."""

    __parent__: ArticleResource
    permission = EDIT
    children: ClassVar[dict[str, type[Resource]]] = {"{alias}": AliasOfArticle}

    def __getitem__(self, name: str) -> Resource:
        """Return the alias, in any spelling."""
        self.require_sight()
        alias = alias_of(name)
        row = self.request.db.scalar(
            select(WikiAlias).where(
                WikiAlias.alias == alias,
                WikiAlias.article_id == self.__parent__.model.article_id,
            )
        )
        if row is None:
            raise NotFound(f"WikiAlias {name} does not exist.")
        resource = AliasOfArticle(self, self.request, name)
        resource.model = row
        return resource


class ArticleTranslations(Resource):
    """The translations of an article."""

    __parent__: ArticleResource


@implementer(IWikiArticleResource)
class ArticleResource(Item[WikiTranslation]):
    """One article. Its model is the original text."""

    key = "article_id"

    def __acl__(self) -> list[tuple[str, str, Any]]:
        """Deny all changes to callers whose class may not edit the article."""
        identity = self.request.identity
        if identity is None or not self.model.article.edit_restricted:
            return []
        article = select(WikiArticle.id).where(WikiArticle.id == self.model.article_id)
        if self.request.db.scalar(article.where(editable(identity))) is not None:
            return []
        return [(Deny, Everyone, (EDIT, CREATE, DELETE))]

    def translation(self, language: str | None, *, texts: bool = True) -> WikiTranslation:
        return in_language(self.request, self.model, language, texts=texts)


@implementer(IWikiArticles)
class Articles(Collection[WikiTranslation]):
    """All articles that the caller may see."""

    item = ArticleResource
    model = WikiTranslation
    permission = VIEW
    noun = "WikiArticle"

    def load(self, key: int) -> WikiTranslation | None:
        """Return the original text of the article."""
        return self.request.db.scalar(
            with_relations(originals(self.request).where(WikiArticle.id == key))
        )


class Language(Item[WikiLanguage]):
    """One language."""


class Languages(Collection[WikiLanguage]):
    """The languages that articles may be in."""

    item = Language
    model = WikiLanguage
    permission = VIEW
    noun = "WikiLanguage"


class Recent(Resource):
    """The edits of all articles."""


class ArticleByAlias(Resource):
    """An article, found by one of its aliases."""

    model: WikiTranslation


@implementer(IWiki)
class Wiki(Resource):
    """The wiki. Names below it are registered resources, or aliases of articles."""

    permission = VIEW
    children: ClassVar[dict[str, type[Resource]]] = {"{alias}": ArticleByAlias}

    def __getitem__(self, name: str) -> Resource:
        """Return the registered resource, or the article with this alias."""
        try:
            return super().__getitem__(name)
        except KeyError:
            self.require_sight()
        resource = ArticleByAlias(self, self.request, name)
        resource.model = self.find(name)
        return resource

    def find(self, name: str) -> WikiTranslation:
        """Return the original text of the article to which the alias leads the caller.

        It is the article that has had the alias longest; deleted articles come last. Raises
        NotFound.
        """
        query = (
            originals(self.request)
            .join(WikiAlias, WikiAlias.article_id == WikiArticle.id)
            .where(WikiAlias.alias == alias_of(name))
            .order_by(WikiArticle.deleted.is_not(None), WikiAlias.id)
            .limit(1)
        )
        original = self.request.db.scalar(with_relations(query))
        if original is None:
            raise NotFound(f"WikiArticle {name} does not exist.")
        return original

    def landing_page(self) -> WikiTranslation:
        """Return the original text of the landing page. Raises NotFound."""
        query = originals(self.request).where(WikiArticle.id == LANDING_PAGE)
        translation = self.request.db.scalar(with_relations(query))
        if translation is None:
            raise NotFound(f"WikiArticle {LANDING_PAGE} does not exist.")
        return translation
