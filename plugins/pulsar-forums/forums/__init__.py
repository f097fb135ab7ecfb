"""Forums: categories, forums, threads, posts, polls and subscriptions."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from .interfaces import (
    IForum,
    IForumCategory,
    IForumPost,
    IForumPostEdit,
    IForums,
    IForumThread,
    IForumThreadNote,
    IPostCreated,
    IPostDeleted,
    IPostEdited,
    IPostRestored,
    IThreadCreated,
)
from .notifications import add_notification_types
from .permissions import add_permissions
from .queries import count_live_posts, count_live_threads
from .resources import Categories, Forums, Posts, Threads
from .serializers import (
    CategorySerializer,
    ForumSerializer,
    PostEditSerializer,
    PostSerializer,
    ThreadNoteSerializer,
    ThreadSerializer,
)


def includeme(config: Configurator) -> None:
    config.add_plugin("forums", title="Forums")
    config.add_migrations("forums.versions")
    add_permissions(config)
    add_notification_types(config)
    config.add_resource("forums", Forums, parent=IRoot)
    config.add_resource("categories", Categories, parent=IForums)
    config.add_resource("threads", Threads, parent=IForums)
    config.add_resource("posts", Posts, parent=IForums)
    config.add_serializer(CategorySerializer, IForumCategory)
    config.add_serializer(ForumSerializer, IForum)
    config.add_serializer(ThreadSerializer, IForumThread)
    config.add_serializer(ThreadNoteSerializer, IForumThreadNote)
    config.add_serializer(PostSerializer, IForumPost)
    config.add_serializer(PostEditSerializer, IForumPostEdit)
    config.add_statistic("forum_threads", "Threads that are not deleted.", count_live_threads)
    config.add_statistic("forum_posts", "Posts that are not deleted.", count_live_posts)
    config.add_counter(
        "forum_changes",
        "Changes in forums.",
        label="change",
        events={
            "thread_created": IThreadCreated,
            "post_created": IPostCreated,
            "post_edited": IPostEdited,
            "post_deleted": IPostDeleted,
            "post_restored": IPostRestored,
        },
    )
    config.add_link("forums", "/forums/categories")
    config.include(".polls")
    config.include(".subscriptions")
    config.include(".modifications")
    config.add_populator(".populate.populate")
    config.scan(".views")
    config.scan(".notifications")
