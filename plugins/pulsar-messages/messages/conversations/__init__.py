"""Private conversations."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from .interfaces import (
    IMessageBlock,
    IMessages,
    IOpenConversation,
    IPrivateConversation,
    IPrivateMessage,
)
from .notifications import RECEIVED, visible
from .permissions import add_permissions
from .queries import count_messages
from .resources import Blocks, Conversations, Counts, MessagesResource, Replies
from .serializers import (
    BlockSerializer,
    ConversationSerializer,
    MessageSerializer,
    OpenConversationSerializer,
)


def includeme(config: Configurator) -> None:
    """Add conversations, their messages and members' blocks."""
    add_permissions(config)
    config.add_notification_type(RECEIVED, "Private messages to you.", visible=visible)
    config.add_resource("messages", MessagesResource, parent=IRoot)
    config.add_resource("conversations", Conversations, parent=IMessages)
    config.add_resource("counts", Counts, parent=IMessages)
    config.add_resource("replies", Replies, parent=IMessages)
    config.add_resource("blocks", Blocks, parent=IMessages)
    config.add_serializer(ConversationSerializer, IPrivateConversation)
    config.add_serializer(OpenConversationSerializer, IOpenConversation)
    config.add_serializer(MessageSerializer, IPrivateMessage)
    config.add_serializer(BlockSerializer, IMessageBlock)
    config.add_statistic("private_messages", "Private messages.", count_messages)
    config.add_link("messages", "/messages/conversations")
    config.scan(".views")
