"""The wiki: articles in several languages, with all their revisions."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from .interfaces import (
    IWiki,
    IWikiArticle,
    IWikiArticleCreated,
    IWikiArticleDeleted,
    IWikiArticleEdited,
    IWikiArticleResource,
    IWikiChange,
    IWikiEntry,
    IWikiLanguage,
    IWikiLink,
    IWikiRevision,
)
from .notifications import EDITED, visible
from .permissions import add_permissions
from .queries import count_articles
from .resources import (
    Aliases,
    Articles,
    ArticleTranslations,
    Languages,
    Recent,
    Revisions,
    Wiki,
)
from .serializers import (
    WikiArticleSerializer,
    WikiChangeSerializer,
    WikiEntrySerializer,
    WikiLanguageSerializer,
    WikiLinkSerializer,
    WikiRevisionSerializer,
)


def includeme(config: Configurator) -> None:
    config.add_plugin("wiki", title="Wiki")
    config.add_migrations("wiki.versions")
    add_permissions(config)
    config.add_notification_type(EDITED, "An article that you watch was edited.", visible=visible)
    config.add_resource("wiki", Wiki, parent=IRoot)
    config.add_resource("articles", Articles, parent=IWiki)
    config.add_resource("languages", Languages, parent=IWiki)
    config.add_resource("recent", Recent, parent=IWiki)
    config.add_resource("revisions", Revisions, parent=IWikiArticleResource)
    config.add_resource("aliases", Aliases, parent=IWikiArticleResource)
    config.add_resource("translations", ArticleTranslations, parent=IWikiArticleResource)
    config.add_serializer(WikiEntrySerializer, IWikiEntry)
    config.add_serializer(WikiArticleSerializer, IWikiArticle)
    config.add_serializer(WikiChangeSerializer, IWikiChange)
    config.add_serializer(WikiRevisionSerializer, IWikiRevision)
    config.add_serializer(WikiLanguageSerializer, IWikiLanguage)
    config.add_serializer(WikiLinkSerializer, IWikiLink)
    config.add_statistic("wiki_articles", "Wiki articles that are not deleted.", count_articles)
    config.add_counter(
        "wiki_changes",
        "Changes of wiki articles.",
        label="change",
        events={
            "created": IWikiArticleCreated,
            "edited": IWikiArticleEdited,
            "deleted": IWikiArticleDeleted,
        },
    )
    config.add_link("wiki", "/wiki")
    config.add_populator(".populate.populate")
    config.scan(".views")
