"""The mail digest of unread notifications."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import structlog
from sqlalchemy import select, true, update

from ..accounts.confirmation import is_asked_for
from ..background import background_request
from ..db import utcnow
from ..interfaces import IDatabase, IMailer, INotificationType
from ..registry import Registry
from ..request import Request
from ..settings import CoreSettings
from ..site.urls import site_url
from ..users.models import User
from .models import Notification, NotificationChoice
from .service import visible

log = structlog.get_logger(__name__)

_RECENT = timedelta(days=7)
_MOST = 50


def send_digests(registry: Registry) -> None:
    """Mail each member who wants digests their unread notifications that were not mailed before.

    Each member has a transaction, so that an error of one neither prevents the mails of others nor
    repeats them. Raises RuntimeError at the end if there was an error.
    """
    with registry.getUtility(IDatabase).session() as session:
        wanting = session.scalars(
            select(Notification.user_id)
            .join(
                NotificationChoice,
                (NotificationChoice.user_id == Notification.user_id)
                & (NotificationChoice.type == Notification.type),
            )
            .join(User, User.id == Notification.user_id)
            .where(
                NotificationChoice.channel == "mail",
                NotificationChoice.wanted,
                User.enabled,
                # An unconfirmed address may belong to somebody else.
                User.email_confirmed.is_not(None) if is_asked_for(registry.settings) else true(),
                Notification.read.is_(None),
                Notification.mailed.is_(None),
                Notification.time > utcnow() - _RECENT,
            )
            .distinct()
            .order_by(Notification.user_id)
        ).all()
    failed = 0
    for user_id in wanting:
        try:
            with background_request(registry) as request:
                _send(request, user_id)
        except Exception:  # an error concerns this member only
            log.exception("digest failed", user_id=user_id)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} of {len(wanting)} digests failed")


def _send(request: Request, user_id: int) -> None:
    session = request.db
    chosen = select(NotificationChoice.type).where(
        NotificationChoice.user_id == user_id,
        NotificationChoice.channel == "mail",
        NotificationChoice.wanted,
    )
    unread = session.scalars(
        select(Notification)
        .where(
            Notification.user_id == user_id,
            Notification.type.in_(chosen),
            Notification.read.is_(None),
            Notification.mailed.is_(None),
            Notification.time > utcnow() - _RECENT,
        )
        .order_by(Notification.id)
    ).all()
    session.execute(
        update(Notification)
        .where(Notification.id.in_([notification.id for notification in unread]))
        .values(mailed=utcnow())
    )
    counts: dict[str, int] = defaultdict(int)
    for notification in visible(request, user_id, unread):
        counts[notification.type] += 1
    if not counts:
        return
    lines = [
        f"{count} x {request.registry.getUtility(INotificationType, name).title}"
        for name, count in sorted(counts.items())[:_MOST]
    ]
    name = CoreSettings.site_name.of(request.registry)
    body = "\n".join([f"Unread on {name}:", "", *lines, "", f"{site_url(request)}/notifications"])
    email = session.scalars(select(User.email).where(User.id == user_id)).one()
    request.find_service(IMailer).send(request, email, f"{name}: unread notifications", body)
