"""The service that creates notifications, and checks of access to their subjects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from zope.interface import implementer

from ..interfaces import INotificationChannel, INotifications, INotificationType
from ..request import Request
from ..users.models import User
from .models import Notification, NotificationChoice

IN_SITE = "site"


@implementer(INotifications)
class Notifications:
    """Creates a notification for each recipient who wants it and may know of its subject.

    It is stored for members who want it through any channel. The site shows it to members who want
    it there.
    """

    def notify(
        self,
        request: Request,
        type: str,  # the field's name everywhere
        user_ids: Iterable[int],
        contents: dict[str, Any],
        *,
        subject_type: str = "",
        subject_id: int | None = None,
    ) -> list[Notification]:
        """Notify the members except the caller, with a constant number of statements."""
        kind = request.registry.getUtility(INotificationType, type)
        identity = request.identity
        recipient_ids = set(user_ids) - ({identity.user_id} if identity else set())
        recipients = self._enabled(request, recipient_ids)
        if kind.visible is not None and subject_id is not None:
            pairs = kind.visible(request, recipients, [subject_id])
            recipients = [user_id for user_id in recipients if (user_id, subject_id) in pairs]
        by_channel = self._channels(request, type, recipients)
        wanting = set().union(*by_channel.values())
        rows = [
            {
                "user_id": user_id,
                "type": type,
                "subject_type": subject_type,
                "subject_id": subject_id,
                "contents": contents,
            }
            for user_id in recipients
            if user_id in wanting
        ]
        # This is one statement. Flushing new objects would take one statement per row on SQLite.
        statement = insert(Notification).returning(Notification)
        notifications = list(request.db.scalars(statement, rows)) if rows else []
        for name, channel in channels(request):
            told = [
                notification
                for notification in notifications
                if notification.user_id in by_channel[name]
            ]
            if told:
                channel.deliver(request, told)
        return notifications

    @staticmethod
    def _enabled(request: Request, user_ids: set[int]) -> list[int]:
        if not user_ids:
            return []
        query = select(User.id).where(User.id.in_(user_ids), User.enabled).order_by(User.id)
        return list(request.db.scalars(query))

    @staticmethod
    def _channels(request: Request, type_name: str, user_ids: list[int]) -> dict[str, set[int]]:
        """Return the ids of members who want the type, by channel."""
        chosen: dict[tuple[str, int], bool] = {}
        if user_ids:
            rows = request.db.execute(
                select(
                    NotificationChoice.channel,
                    NotificationChoice.user_id,
                    NotificationChoice.wanted,
                ).where(
                    NotificationChoice.type == type_name,
                    NotificationChoice.user_id.in_(user_ids),
                )
            )
            chosen = {(channel, user_id): is_chosen for channel, user_id, is_chosen in rows}
        return {
            name: {user_id for user_id in user_ids if chosen.get((name, user_id), channel.default)}
            for name, channel in channels(request)
        }


def channels(request: Request) -> list[tuple[str, INotificationChannel]]:
    """Return the declared channels, sorted by name."""
    return sorted(request.registry.getUtilitiesFor(INotificationChannel))


def visible(
    request: Request, user_id: int, notifications: Sequence[Notification]
) -> list[Notification]:
    """Return the notifications whose subjects the member may still know of."""
    visible_subjects = knowable(
        request,
        user_id,
        [(notification.type, notification.subject_id) for notification in notifications],
    )
    return [
        notification
        for notification in notifications
        if (notification.type, notification.subject_id) in visible_subjects
    ]


def knowable(
    request: Request, user_id: int, subjects: Iterable[tuple[str, int | None]]
) -> set[tuple[str, int | None]]:
    """Return those pairs of type and subject that the member may still know of.

    ``visible`` is called once for each type. Types that no enabled plugin declares are omitted.
    """
    by_type: dict[str, set[int | None]] = defaultdict(set)
    for name, subject_id in subjects:
        by_type[name].add(subject_id)
    visible_subjects: set[tuple[str, int | None]] = set()
    for name, ids in by_type.items():
        declared = request.registry.queryUtility(INotificationType, name)
        if declared is None:
            continue
        asked = sorted(subject_id for subject_id in ids if subject_id is not None)
        pairs: set[tuple[int, int]] | None = None
        if declared.visible is not None and asked:
            pairs = declared.visible(request, [user_id], asked)
        visible_subjects.update(
            (name, subject_id)
            for subject_id in ids
            if subject_id is None or pairs is None or (user_id, subject_id) in pairs
        )
    return visible_subjects
