"""Which articles a caller may know of, as conditions for SQL.

An article may be restricted to the members whose class ranks at least as high as one class. The
caller's rank is looked up inside of the statement, so that a promotion counts at once.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from pulsar.classes.models import UserClass
from pulsar.security import Identity

from .models import WikiAlias, WikiArticle
from .permissions import CLASSES, VIEW_DELETED


def classes_up_to(user_class_id: int) -> Select[tuple[int]]:
    """The ids of the classes that rank no higher than this one."""
    own = aliased(UserClass)
    rank = select(own.rank).where(own.id == user_class_id).scalar_subquery()
    return select(UserClass.id).where(UserClass.rank <= rank)


def readable(identity: Identity) -> ColumnElement[bool]:
    """Articles that the caller's class reads."""
    if identity.has(CLASSES):
        return true()
    return or_(
        WikiArticle.read_restricted.is_(False),
        WikiArticle.read_class_id.in_(classes_up_to(identity.user_class_id)),
    )


def live(identity: Identity) -> ColumnElement[bool]:
    """Articles that the caller reads and that are not deleted."""
    return and_(WikiArticle.deleted.is_(None), readable(identity))


def visible(identity: Identity) -> ColumnElement[bool]:
    """Articles that the caller reads; deleted ones with the permission."""
    return readable(identity) if identity.has(VIEW_DELETED) else live(identity)


def leading(identity: Identity) -> ColumnElement[bool]:
    """Aliases that lead the caller to their article, and not to one that had the alias before."""
    other = aliased(WikiAlias)
    first = (
        select(func.min(other.id))
        .join(WikiArticle, WikiArticle.id == other.article_id)
        .where(other.alias == WikiAlias.alias, live(identity))
        .correlate(WikiAlias)
    )
    return WikiAlias.id == first.scalar_subquery()


def editable(identity: Identity) -> ColumnElement[bool]:
    """Articles that the caller's class edits."""
    if identity.has(CLASSES):
        return true()
    return or_(
        WikiArticle.edit_restricted.is_(False),
        WikiArticle.edit_class_id.in_(classes_up_to(identity.user_class_id)),
    )
