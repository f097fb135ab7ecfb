"""Creating, changing, deleting and restoring forums and their categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from pulsar.db import utcnow
from pulsar.errors import Refused
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.sitelog.service import changes
from pulsar.users import tags as user_tags

from .. import tags
from ..access import is_live
from ..errors import CategoryInUse
from ..models import Category, Forum, MemberCounts

Arranged = TypeVar("Arranged", Category, Forum)
_NOUNS = {Category: "forum_category", Forum: "forum"}


def create(request: Request, kind: type[Arranged], values: Mapping[str, Any]) -> Arranged:
    """Create a forum or a category. Raises Invalid."""
    if "category_id" in values:
        _lock_category(request, values["category_id"])
    place = kind(**values)
    request.db.add(place)
    request.db.flush()
    log_change(request, "created", place, None, values)
    return place


def edit(request: Request, place: Arranged, values: Mapping[str, Any]) -> None:
    """Change the fields that are in the values. Raises Invalid."""
    before, after = changes(place, values)
    if "category_id" in after:
        _lock_category(request, after["category_id"])
    for name, value in after.items():
        setattr(place, name, value)
    request.db.flush()
    if after:
        log_change(request, "edited", place, before, after)


def delete(request: Request, place: Arranged) -> str:
    """Delete a forum with all its contents, or an empty category, and return a message.

    Raises CategoryInUse.
    """
    if isinstance(place, Category) and place.deleted is None:
        _lock_category(request, place.id)
        forums = select(Forum.id).where(Forum.category_id == place.id, *is_live(Forum))
        if request.db.scalar(forums.limit(1)) is not None:
            raise CategoryInUse
    if place.deleted is None:
        place.deleted = utcnow()
        request.db.flush()
        log_change(request, "deleted", place, None, None)
        _forget_counts(request, place)
    noun = "ForumCategory" if isinstance(place, Category) else "Forum"
    return f"{noun} {place.id} ({place.name}) has been deleted."


def restore(request: Request, place: Arranged) -> None:
    """Undo a deletion. Raises Invalid for a forum whose category is deleted."""
    if isinstance(place, Forum):
        _lock_category(request, place.category_id)
    if place.deleted is not None:
        place.deleted = None
        request.db.flush()
        log_change(request, "restored", place, None, None)
        _forget_counts(request, place)


def log_change(
    request: Request,
    action: str,
    place: Arranged,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Write to the site log, and invalidate the cached copies of forums."""
    request.find_service(ISiteLog).record(
        request,
        f"{_NOUNS[type(place)]}_{action}",
        place.name,
        target=place,
        before=before,
        after=after,
    )
    request.cache.invalidate(tags.ARRANGEMENT)


def _forget_counts(request: Request, place: Arranged) -> None:
    """Invalidate the counts of members who wrote in the forum, so that they change at once."""
    if isinstance(place, Forum):
        writers = select(MemberCounts.user_id).where(MemberCounts.forum_id == place.id)
        request.cache.invalidate(
            *(user_tags.profile(user_id) for user_id in request.db.scalars(writers))
        )


def _lock_category(request: Request, category_id: int) -> None:
    """Lock the live category, so that nobody deletes it before the end of the request.

    Raises Invalid.
    """
    query = select(Category.id).where(Category.id == category_id, *is_live(Category))
    if request.db.scalar(query.with_for_update()) is None:
        raise Refused({"category_id": ["Invalid ForumCategory id."]})
