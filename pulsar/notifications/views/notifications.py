"""Views that list and mark notifications."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from ...classes.owned import OfMember, member_id
from ...classes.rank import Outranked
from ...db import utcnow
from ...errors import ApiError, Forbidden
from ...paging import Page
from ...permissions import (
    NOTIFICATIONS_MODIFY,
    NOTIFICATIONS_MODIFY_OTHERS,
    NOTIFICATIONS_VIEW,
    NOTIFICATIONS_VIEW_OTHERS,
)
from ...request import Request
from ...serialization import Listing, Message, Raw
from ...users.inputs import OfMemberInput
from ..inputs import ListOfTypeInput, MarkForMemberInput, MarkInput
from ..interfaces import INotification
from ..queries import counts, mark_all, newest, of_type
from ..resources import (
    NotificationResource,
    NotificationsResource,
    NotificationTypeResource,
    Unread,
)
from ..schemas import ListOfType, Mark

BY_TYPE = Raw(
    {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Notification"},
        },
    }
)
COUNTS = Raw({"type": "object", "additionalProperties": {"type": "integer"}})


class OnlyRead(ApiError):
    """All notifications at once can only be marked as read."""

    code = "only_read"
    message = "You cannot set all notifications to unread."


@view_config(
    context=NotificationsResource,
    request_method="GET",
    permission=NOTIFICATIONS_VIEW,
    schema=OfMember,
    response=BY_TYPE,
)
def overview(context: NotificationsResource, request: Request[OfMemberInput]) -> dict[str, Any]:
    """Show the newest unread notifications of every type."""
    newest_by_type = newest(request, member_id(request, NOTIFICATIONS_VIEW_OTHERS))
    return {name: request.serialize(of_one) for name, of_one in newest_by_type.items()}


@view_config(
    context=Unread,
    request_method="GET",
    permission=NOTIFICATIONS_VIEW,
    schema=OfMember,
    response=COUNTS,
)
def unread_counts(context: Unread, request: Request[OfMemberInput]) -> dict[str, int]:
    """Count the unread notifications by type."""
    return counts(request, member_id(request, NOTIFICATIONS_VIEW_OTHERS))


@view_config(
    context=NotificationTypeResource,
    request_method="GET",
    permission=NOTIFICATIONS_VIEW,
    schema=ListOfType,
    response=Listing(INotification),
    operation="list_notifications_of_type",
)
def list_of_type(context: NotificationTypeResource, request: Request[ListOfTypeInput]) -> Page:
    """List notifications of a type, newest first."""
    user_id = member_id(request, NOTIFICATIONS_VIEW_OTHERS)
    return of_type(request, user_id, context.__name__)


@view_config(
    context=NotificationsResource,
    request_method="PUT",
    permission=NOTIFICATIONS_MODIFY,
    schema=Mark,
    query=OfMember,
    response=Message(),
    errors=(OnlyRead,),
)
def mark_everything(context: NotificationsResource, request: Request[MarkForMemberInput]) -> str:
    """Mark all notifications as read."""
    _mark_all(request, None)
    return "All notifications cleared."


@view_config(
    context=NotificationTypeResource,
    request_method="PUT",
    permission=NOTIFICATIONS_MODIFY,
    schema=Mark,
    query=OfMember,
    response=Message(),
    errors=(OnlyRead,),
    operation="update_notifications_of_type",
)
def mark_type(context: NotificationTypeResource, request: Request[MarkForMemberInput]) -> str:
    """Mark all notifications of a type as read."""
    _mark_all(request, context.__name__)
    return f"{context.__name__} notifications cleared."


@view_config(
    context=NotificationResource,
    request_method="PUT",
    permission=NOTIFICATIONS_MODIFY,
    schema=Mark,
    response=Message(),
    errors=(Outranked,),
)
def mark_one(context: NotificationResource, request: Request[MarkInput]) -> str:
    """Mark a notification as read or unread."""
    notification = context.model
    others = request.caller.has(NOTIFICATIONS_MODIFY_OTHERS)
    if notification.user_id != request.caller.user_id and not others:
        raise Forbidden
    read = request.validated["read"]
    notification.read = (notification.read or utcnow()) if read else None
    request.db.flush()
    return f"Notification {notification.id} marked as {'read' if read else 'unread'}."


def _mark_all(request: Request, name: str | None) -> None:
    if not request.validated["read"]:
        raise OnlyRead
    mark_all(request, member_id(request, NOTIFICATIONS_MODIFY_OTHERS), name)
