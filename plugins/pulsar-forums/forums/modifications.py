"""Fields that this plugin adds to members: post counts, and the forums that are open to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from pulsar.classes.effective import authorities
from pulsar.config import Configurator
from pulsar.permissions import USERS_MODERATE
from pulsar.request import Request
from pulsar.serialization import INTEGER, STRING, BatchField, array_of
from pulsar.settings import CoreSettings
from pulsar.users.interfaces import IUser
from pulsar.users.models import User

from .access import forum_access, forum_view, is_live
from .models import Forum, MemberCounts
from .permissions import FORUM, THREAD

_Counts = Callable[[Request, Sequence[User]], dict[int, int]]


def includeme(config: Configurator) -> None:
    for name, counter, doc in (
        ("forum_post_count", MemberCounts.post_count, "Posts in the forums that the caller sees."),
        ("forum_thread_count", MemberCounts.thread_count, "Threads begun in these forums."),
    ):
        field = BatchField(
            INTEGER, counts(counter), missing=0, nested=False, personal=forum_view, doc=doc
        )
        config.add_field(IUser, name, field)
    config.add_field(
        IUser,
        "forum_permissions",
        BatchField(
            array_of(STRING),
            forum_permissions,
            missing=[],
            permission=USERS_MODERATE,
            own=True,
            nested=False,
            doc="The permissions by which single forums and threads are open.",
        ),
    )


def counts(counter: InstrumentedAttribute[int]) -> _Counts:
    """Return the sums of counters over the forums that the caller fully sees, by user id."""

    def load(request: Request, users: Sequence[User]) -> dict[int, int]:
        access = forum_access(request)
        query = (
            select(MemberCounts.user_id, func.sum(counter))
            .join(Forum, Forum.id == MemberCounts.forum_id)
            .where(MemberCounts.user_id.in_([user.id for user in users]), *is_live(Forum))
            .group_by(MemberCounts.user_id)
        )
        if not access.everything:
            query = query.where(MemberCounts.forum_id.in_(access.forums))
        return {user_id: int(number) for user_id, number in request.db.execute(query)}

    return load


def forum_permissions(request: Request, users: Sequence[User]) -> dict[int, list[str]]:
    """Return the permissions of members that open single forums and threads, by user id."""
    locked = CoreSettings.lock_permissions.of(request.registry)
    ids = [user.id for user in users]
    held = authorities(request.db, ids, (), locked, prefixes=(FORUM, THREAD))
    return {user_id: sorted(authority.granted) for user_id, authority in held.items()}
