"""SQL conditions on the articles that a caller may see.

An article may be restricted to members whose class ranks at least as high as one class. The
statement itself looks up the caller's rank, so that a promotion takes effect at once.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from pulsar.classes.models import UserClass
from pulsar.security import Identity

from .models import WikiAlias, WikiArticle
from .permissions import CLASSES, VIEW_DELETED


def classes_up_to(user_class_id: int) -> Select[tuple[int]]:
    """Return the query for the ids of the classes that rank no higher than this one."""
    own = aliased(UserClass)
    rank = select(own.rank).where(own.id == user_class_id).scalar_subquery()
    return select(UserClass.id).where(UserClass.rank <= rank)


def readable(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on articles that the caller's class may read."""
    if identity.has(CLASSES):
        return true()
    return or_(
        WikiArticle.read_restricted.is_(False),
        WikiArticle.read_class_id.in_(classes_up_to(identity.user_class_id)),
    )


def live(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on articles that the caller may read and that are not deleted."""
    return and_(WikiArticle.deleted.is_(None), readable(identity))


def visible(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on articles that the caller may read, with deleted ones if permitted."""
    return readable(identity) if identity.has(VIEW_DELETED) else live(identity)


def leading(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on aliases that lead the caller to their article.

    If several live articles that the caller may read have the same alias, it leads to the one that
    has had it longest.
    """
    other = aliased(WikiAlias)
    first = (
        select(func.min(other.id))
        .join(WikiArticle, WikiArticle.id == other.article_id)
        .where(other.alias == WikiAlias.alias, live(identity))
        .correlate(WikiAlias)
    )
    return WikiAlias.id == first.scalar_subquery()


def editable(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on articles that the caller's class may edit."""
    if identity.has(CLASSES):
        return true()
    return or_(
        WikiArticle.edit_restricted.is_(False),
        WikiArticle.edit_class_id.in_(classes_up_to(identity.user_class_id)),
    )
