"""Adding, changing, removing and requiring categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulsar.errors import Invalid
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.sitelog.service import changes
from pulsar.validation import not_allowed

from ..events import TorrentCategoryDeleted
from ..models import Group
from .errors import CategoryExists, CategoryInUse
from .models import TorrentCategory

_FIELDS = ("name", "title", "torznab", "position")


def all_categories(session: Session) -> Sequence[TorrentCategory]:
    """Return the categories in their order."""
    return session.scalars(
        select(TorrentCategory).order_by(TorrentCategory.position, TorrentCategory.name)
    ).all()


def find_category(session: Session, name: str) -> TorrentCategory | None:
    """Return the category with this name, or None."""
    return session.scalar(select(TorrentCategory).where(TorrentCategory.name == name))


def require_category(session: Session, name: str) -> None:
    """Raise Invalid if the site has no such category.

    The category cannot be removed until the transaction ends.
    """
    query = select(TorrentCategory.id).where(TorrentCategory.name == name)
    if session.scalar(query.with_for_update(read=True, key_share=True)) is None:
        names = session.scalars(select(TorrentCategory.name)).all()
        raise Invalid({"category": [not_allowed(names)]})


def create(request: Request, values: Mapping[str, Any]) -> TorrentCategory:
    """Add a category. Raises CategoryExists."""
    category = TorrentCategory(**values)
    try:
        with request.db.begin_nested():
            request.db.add(category)
            request.db.flush()
    except IntegrityError as error:
        raise CategoryExists(f"There is a category {values['name']} already.") from error
    _log_change(request, "category_created", category, None, _described(category))
    return category


def edit(request: Request, category: TorrentCategory, values: Mapping[str, Any]) -> None:
    """Change the fields in the values."""
    request.db.refresh(category, with_for_update=True)
    before, after = changes(category, values)
    for name, value in after.items():
        setattr(category, name, value)
    request.db.flush()
    if after:
        _log_change(request, "category_edited", category, before, after)


def delete(request: Request, category: TorrentCategory) -> None:
    """Remove an unused category.

    Raises CategoryInUse, as subscribers to ITorrentCategoryDeleted do too.
    """
    # Uploads lock the row, so the next statement sees all earlier uploads.
    request.db.refresh(category, with_for_update=True)
    if request.db.scalar(select(exists().where(Group.category == category.name))):
        raise CategoryInUse(f"There are torrents of the category {category.name}.")
    request.registry.notify(TorrentCategoryDeleted(request, category))
    _log_change(request, "category_deleted", category, _described(category), None)
    request.db.delete(category)
    request.db.flush()


def _described(category: TorrentCategory) -> dict[str, Any]:
    return {name: getattr(category, name) for name in _FIELDS}


def _log_change(
    request: Request,
    action: str,
    category: TorrentCategory,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    request.find_service(ISiteLog).record(
        request, action, category.name, target=category, before=before, after=after
    )
