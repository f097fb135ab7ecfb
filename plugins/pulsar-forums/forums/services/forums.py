"""Making, changing, deleting and restoring forums and their categories."""

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


def create(request: Request, kind: type[Arranged], wanted: Mapping[str, Any]) -> Arranged:
    """Make a forum or a category. Raises Invalid."""
    if "category_id" in wanted:
        _lock_category(request, wanted["category_id"])
    made = kind(**wanted)
    request.db.add(made)
    request.db.flush()
    log(request, "created", made, None, wanted)
    return made


def edit(request: Request, found: Arranged, wanted: Mapping[str, Any]) -> None:
    """Change what is wanted. Raises Invalid."""
    before, after = changes(found, wanted)
    if "category_id" in after:
        _lock_category(request, after["category_id"])
    for name, value in after.items():
        setattr(found, name, value)
    request.db.flush()
    if after:
        log(request, "edited", found, before, after)


def delete(request: Request, found: Arranged) -> str:
    """Delete a forum with all that is in it, or an empty category; what became of it.

    Raises CategoryInUse.
    """
    if isinstance(found, Category) and found.deleted is None:
        _lock_category(request, found.id)
        forums = select(Forum.id).where(Forum.category_id == found.id, *is_live(Forum))
        if request.db.scalar(forums.limit(1)) is not None:
            raise CategoryInUse
    if found.deleted is None:
        found.deleted = utcnow()
        request.db.flush()
        log(request, "deleted", found, None, None)
        _forget_counts(request, found)
    noun = "ForumCategory" if isinstance(found, Category) else "Forum"
    return f"{noun} {found.id} ({found.name}) has been deleted."


def restore(request: Request, found: Arranged) -> None:
    """Undo a deletion. Raises Invalid for a forum whose category is deleted."""
    if isinstance(found, Forum):
        _lock_category(request, found.category_id)
    if found.deleted is not None:
        found.deleted = None
        request.db.flush()
        log(request, "restored", found, None, None)
        _forget_counts(request, found)


def log(
    request: Request,
    action: str,
    found: Arranged,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Tell the site log, and drop what is kept of forums."""
    request.find_service(ISiteLog).record(
        request,
        f"{_NOUNS[type(found)]}_{action}",
        found.name,
        target=found,
        before=before,
        after=after,
    )
    request.cache.invalidate(tags.ARRANGEMENT)


def _forget_counts(request: Request, found: Arranged) -> None:
    """Members see at once that what they wrote in the forum counts no longer, or again."""
    if isinstance(found, Forum):
        writers = select(MemberCounts.user_id).where(MemberCounts.forum_id == found.id)
        request.cache.invalidate(*(user_tags.profile(one) for one in request.db.scalars(writers)))


def _lock_category(request: Request, category_id: int) -> None:
    """Keep the live category from being deleted until the request's end. Raises Invalid."""
    query = select(Category.id).where(Category.id == category_id, *is_live(Category))
    if request.db.scalar(query.with_for_update()) is None:
        raise Refused({"category_id": ["Invalid ForumCategory id."]})
