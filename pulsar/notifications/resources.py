"""``/notifications``, ``/notifications/{type}`` and ``/notifications/{id}``."""

from __future__ import annotations

from ..classes.owned import OwnedItem
from ..errors import NotFound
from ..interfaces import INotificationType
from ..permissions import NOTIFICATIONS_VIEW, NOTIFICATIONS_VIEW_OTHERS
from ..traversal import Collection, Resource
from .models import Notification


class NotificationResource(OwnedItem):
    """A notification of the caller, or of any member if the caller may see those of others."""

    model: Notification


class NotificationTypeResource(Resource):
    """The notifications of a type."""


class Choices(Resource):
    """The types and channels that the caller wants."""


class Unread(Resource):
    """The numbers of unread notifications."""


class NotificationsResource(Collection[Notification]):
    """All notifications of a member."""

    item = NotificationResource
    model = Notification
    permission = NOTIFICATIONS_VIEW
    noun = "Notification"
    children = {"choices": Choices, "unread": Unread, "{type}": NotificationTypeResource}

    def __getitem__(self, name: str) -> Resource:
        """Return a type, the choices, the counts, or one notification by id."""
        if name in ("choices", "unread"):
            return self.children[name](self, self.request, name)
        if self.parse(name) is not None:
            return super().__getitem__(name)
        self.require_sight()
        if self.request.registry.queryUtility(INotificationType, name) is None:
            raise NotFound(f"{name[:48]} is not a notification type.")
        return NotificationTypeResource(self, self.request, name)

    def load(self, key: int) -> Notification | None:
        """Return the notification, if it is the caller's or the caller may see those of others."""
        notification = self.request.db.get(Notification, key)
        identity = self.request.identity
        if notification is None or identity is None:
            return None
        others = identity.has(NOTIFICATIONS_VIEW_OTHERS)
        return notification if notification.user_id == identity.user_id or others else None
