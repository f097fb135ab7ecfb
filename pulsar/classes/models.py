"""User classes and the permissions they carry."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from ..db import Base, PrimaryKey
from ..interfaces import IUserClass

LOWEST_CLASS = 1


@implementer(IUserClass)
class UserClass(Base):
    """A primary class; a member has exactly one. Higher ``rank`` stands above lower."""

    __tablename__ = "user_classes"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(24))
    rank: Mapped[int] = mapped_column(Integer, default=0)

    permissions: Mapped[list[UserClassPermission]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


Index("uq_user_classes_name_lower", func.lower(UserClass.name), unique=True)


class UserClassPermission(Base):
    """A permission that a class carries."""

    __tablename__ = "user_class_permissions"

    user_class_id: Mapped[int] = mapped_column(
        ForeignKey("user_classes.id", ondelete="CASCADE"), primary_key=True
    )
    permission: Mapped[str] = mapped_column(String(36), primary_key=True)


class KnownPermission(Base):
    """A permission that was handed out once; an operator who takes it away keeps it away."""

    __tablename__ = "known_permissions"

    permission: Mapped[str] = mapped_column(String(36), primary_key=True)
