"""User classes and their permissions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from ..db import Base, Json, PrimaryKey
from .interfaces import ISecondaryClass, IUserClass

LOWEST_CLASS = 1


@implementer(IUserClass)
class UserClass(Base):
    """A primary class; each member has exactly one. A class with a higher ``rank`` stands above.

    New members join the one class that ``is_default``.
    """

    __tablename__ = "user_classes"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(24))
    rank: Mapped[int] = mapped_column(Integer, default=0)
    is_default: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: Members to promote to this class: {"from": class id, "require": {criterion: minimum}}.
    promotion: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: Members to demote from this class: {"to": class id, "below": {criterion: value}}. A value
    #: below one of these is enough.
    demotion: Mapped[dict[str, Any] | None] = mapped_column(Json)

    permissions: Mapped[list[UserClassPermission]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


Index("uq_user_classes_name_lower", func.lower(UserClass.name), unique=True)
Index(
    "uq_user_classes_is_default",
    UserClass.is_default,
    unique=True,
    sqlite_where=text("is_default"),
    postgresql_where=text("is_default"),
)


class UserClassPermission(Base):
    """A permission of a class."""

    __tablename__ = "user_class_permissions"

    user_class_id: Mapped[int] = mapped_column(
        ForeignKey("user_classes.id", ondelete="CASCADE"), primary_key=True
    )
    permission: Mapped[str] = mapped_column(String(36), primary_key=True)


@implementer(ISecondaryClass)
class SecondaryClass(Base):
    """A class that members have in addition to their primary one; members may have several."""

    __tablename__ = "secondary_classes"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(24))

    permissions: Mapped[list[SecondaryClassPermission]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


Index("uq_secondary_classes_name_lower", func.lower(SecondaryClass.name), unique=True)


class SecondaryClassPermission(Base):
    """A permission of a secondary class."""

    __tablename__ = "secondary_class_permissions"

    secondary_class_id: Mapped[int] = mapped_column(
        ForeignKey("secondary_classes.id", ondelete="CASCADE"), primary_key=True
    )
    permission: Mapped[str] = mapped_column(String(36), primary_key=True)


class SecondaryClassMember(Base):
    """A member of a secondary class."""

    __tablename__ = "secondary_class_members"

    secondary_class_id: Mapped[int] = mapped_column(
        ForeignKey("secondary_classes.id", ondelete="RESTRICT"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class KnownPermission(Base):
    """A permission that class 1 was given once. If operators remove it, it is not given again."""

    __tablename__ = "known_permissions"

    permission: Mapped[str] = mapped_column(String(36), primary_key=True)
