"""News and a blog, with comments, scheduling, a feed and unread marks."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot
from pulsar.jobs.schedule import MINUTELY

from .comments import Comments
from .interfaces import IEntryResource, INews, INewsComment, INewsEntry
from .notifications import add_notification_types
from .permissions import add_permissions
from .publishing import announce
from .queries import count_published
from .resources import Feed, News
from .serializers import CommentSerializer, EntrySerializer
from .settings import NewsSettings


def includeme(config: Configurator) -> None:
    config.add_plugin("news", title="News", settings=NewsSettings)
    config.add_migrations("news.versions")
    add_permissions(config)
    add_notification_types(config)
    config.add_resource("news", News, parent=IRoot)
    config.add_resource("feed", Feed, parent=INews)
    config.add_serializer(EntrySerializer, INewsEntry)
    config.add_comments(
        Comments,
        INewsComment,
        parent=IEntryResource,
        title="Somebody quotes or mentions you below news.",
        serializer=CommentSerializer,
    )
    config.add_job("news_publish", MINUTELY, announce, title="Tell subscribers of new entries")
    config.add_statistic(
        "news_entries", "News and blog entries that are published.", count_published
    )
    config.add_link("news", "/news")
    config.add_populator(".populate.populate")
    config.scan(".views")
