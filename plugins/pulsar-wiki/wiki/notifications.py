"""Watching articles, and the notifications of watchers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from pulsar.classes.effective import authorities
from pulsar.classes.models import UserClass
from pulsar.interfaces import INotifications
from pulsar.notifications.models import Notification
from pulsar.notifications.subscriptions import subscribe, unsubscribe
from pulsar.request import Request
from pulsar.security.permissions import GOD_MODE
from pulsar.settings import CoreSettings
from pulsar.users.models import User

from .models import WikiArticle, WikiTranslation, WikiWatch
from .permissions import CLASSES, VIEW

EDITED = "wiki_edited"
_SUBJECT = "wiki_articles"


def watch(request: Request, article: WikiArticle) -> None:
    """Notify the caller of edits from now on."""
    subscribe(request, WikiWatch, article_id=article.id)


def unwatch(request: Request, article: WikiArticle) -> None:
    """Stop notifying the caller."""
    unsubscribe(request, WikiWatch, article_id=article.id)


def tell(request: Request, translation: WikiTranslation) -> None:
    """Notify the watchers of an edit.

    Watchers get no further notification while one of the article is neither read nor mailed.
    """
    article_id = translation.article_id
    told = select(Notification.user_id).where(
        Notification.type == EDITED,
        Notification.subject_type == _SUBJECT,
        Notification.subject_id == article_id,
        Notification.read.is_(None),
        Notification.mailed.is_(None),
    )
    watchers = select(WikiWatch.user_id).where(
        WikiWatch.article_id == article_id, WikiWatch.user_id.not_in(told)
    )
    contents = {
        "article_id": article_id,
        "title": translation.title,
        "language": translation.language.language,
        "revision": translation.revision,
    }
    request.find_service(INotifications).notify(
        request,
        EDITED,
        request.db.scalars(watchers),
        contents,
        subject_type=_SUBJECT,
        subject_id=article_id,
    )


def visible(
    request: Request, user_ids: Sequence[int], article_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Return pairs of member and article where the member may read the article."""
    kept_when_locked = CoreSettings.lock_permissions.of(request.registry)
    held = authorities(request.db, user_ids, (VIEW, CLASSES, GOD_MODE), kept_when_locked)
    readers = [
        user_id for user_id, authority in held.items() if authority.granted & {VIEW, GOD_MODE}
    ]
    unbound = [
        user_id for user_id, authority in held.items() if authority.granted & {CLASSES, GOD_MODE}
    ]
    own, lowest = aliased(UserClass), aliased(UserClass)
    pairs = (
        select(User.id, WikiArticle.id)
        .select_from(User)
        .join(own, own.id == User.user_class_id)
        .join(WikiArticle, WikiArticle.id.in_(article_ids))
        .outerjoin(lowest, lowest.id == WikiArticle.read_class_id)
        .where(
            User.id.in_(readers),
            WikiArticle.deleted.is_(None),
            or_(
                WikiArticle.read_restricted.is_(False),
                lowest.rank <= own.rank,
                User.id.in_(unbound),
            ),
        )
    )
    return {(user_id, article_id) for user_id, article_id in request.db.execute(pairs)}
