"""Members' accounts and their own permissions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from ..db import Base, Moment, PrimaryKey
from .interfaces import IUser

if TYPE_CHECKING:
    from ..classes.models import UserClass


@implementer(IUser)
class User(Base):
    """A member.

    ``uploaded`` and ``downloaded`` are credited bytes, updated by the tracker. ``upload_debt`` is
    upload that was taken back after it had been spent. New credit pays it first.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("uploaded >= 0", name="uploaded"),
        CheckConstraint("downloaded >= 0", name="downloaded"),
        CheckConstraint("upload_debt >= 0", name="upload_debt"),
        CheckConstraint("invites >= 0", name="invites"),
    )

    id: Mapped[PrimaryKey]
    username: Mapped[str] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(String(255))
    passhash: Mapped[str] = mapped_column(String(255))
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    locked: Mapped[bool] = mapped_column(Boolean, default=False)
    user_class_id: Mapped[int] = mapped_column(
        ForeignKey("user_classes.id", ondelete="RESTRICT"), index=True, default=1
    )
    inviter_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    invites: Mapped[int] = mapped_column(BigInteger, default=0)
    uploaded: Mapped[int] = mapped_column(BigInteger, default=0)
    downloaded: Mapped[int] = mapped_column(BigInteger, default=0)
    upload_debt: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created: Mapped[Moment]
    last_seen: Mapped[datetime | None]
    email_confirmed: Mapped[datetime | None]

    user_class: Mapped[UserClass] = relationship(lazy="joined", innerjoin=True)


Index("uq_users_username_lower", func.lower(User.username), unique=True)
Index("ix_users_email", User.email)
Index(
    "ix_users_upload_debt",
    User.upload_debt,
    sqlite_where=User.upload_debt > 0,
    postgresql_where=User.upload_debt > 0,
)


class UserPermission(Base):
    """A permission granted to one member, or denied although their class has it."""

    __tablename__ = "user_permissions"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    permission: Mapped[str] = mapped_column(String(36), primary_key=True)
    granted: Mapped[bool] = mapped_column(Boolean)
