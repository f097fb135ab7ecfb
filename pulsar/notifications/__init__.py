"""Notifications of members."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import INotifications, IRoot
from ..jobs.schedule import DAILY
from ..permissions import (
    NOTIFICATIONS_MODIFY,
    NOTIFICATIONS_MODIFY_OTHERS,
    NOTIFICATIONS_VIEW,
    NOTIFICATIONS_VIEW_OTHERS,
)
from .digest import send_digests
from .interfaces import INotification
from .resources import NotificationsResource
from .serializers import NotificationSerializer
from .service import IN_SITE, Notifications
from .types import add_notification_channel, add_notification_type


def includeme(config: Configurator) -> None:
    """Provide notifications, their channels and their endpoints."""
    config.add_domain("Notifications")
    config.add_directive("add_notification_type", add_notification_type)
    config.add_directive("add_notification_channel", add_notification_channel)
    config.add_service(INotifications, Notifications())
    config.add_notification_channel(
        IN_SITE, "In the site", lambda request, told: None, default=True
    )
    config.add_notification_channel("mail", "Daily mail", lambda request, told: None)
    config.add_job("notification_digest", DAILY, send_digests, title="Mail what is unread")
    config.add_permission(NOTIFICATIONS_VIEW, "Read one's notifications.", member=True)
    config.add_permission(NOTIFICATIONS_MODIFY, "Mark one's notifications.", member=True)
    config.add_permission(NOTIFICATIONS_VIEW_OTHERS, "Read other members' notifications.")
    config.add_permission(NOTIFICATIONS_MODIFY_OTHERS, "Mark other members' notifications.")
    config.add_resource("notifications", NotificationsResource, parent=IRoot)
    config.add_serializer(NotificationSerializer, INotification)
    config.add_link("notifications", "/notifications")
    config.scan(".views")
