"""Messages to staff: tickets that members open and staff handle."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from .interfaces import (
    IOpenStaffMessage,
    IStaffAnswer,
    IStaffMessage,
    IStaffMessageReply,
    IStaffMessages,
)
from .notifications import ANSWERED, NEW, visible_to_handlers, visible_to_member
from .permissions import add_permissions
from .queries import count_open
from .resources import Answers, StaffMessages
from .serializers import (
    AnswerSerializer,
    OpenTicketSerializer,
    ReplySerializer,
    TicketSerializer,
)


def includeme(config: Configurator) -> None:
    """Add tickets and canned answers."""
    add_permissions(config)
    config.add_notification_type(
        ANSWERED, "Answers of staff to your messages.", visible=visible_to_member
    )
    config.add_notification_type(
        NEW, "Messages to staff that you handle.", visible=visible_to_handlers
    )
    config.add_resource("staff_messages", StaffMessages, parent=IRoot)
    config.add_resource("answers", Answers, parent=IStaffMessages)
    config.add_serializer(TicketSerializer, IStaffMessage)
    config.add_serializer(OpenTicketSerializer, IOpenStaffMessage)
    config.add_serializer(ReplySerializer, IStaffMessageReply)
    config.add_serializer(AnswerSerializer, IStaffAnswer)
    config.add_statistic("staff_messages_open", "Messages to staff without an answer.", count_open)
    config.add_link("staff_messages", "/staff_messages")
    config.scan(".views")
