"""Records of staff about members, and banned networks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from ..db import Base, Moment, PrimaryKey
from ..users.models import User
from .interfaces import IIPBan, IStaffNote, IStatusChange, IUserWarning


@implementer(IUserWarning)
class UserWarning(Base):
    """A warning. It is active until it expires or is revoked."""

    __tablename__ = "user_warnings"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(Text)
    created: Mapped[Moment]
    expires: Mapped[datetime] = mapped_column(index=True)
    revoked: Mapped[datetime | None]

    staff: Mapped[User | None] = relationship(foreign_keys=staff_id)


@implementer(IStaffNote)
class StaffNote(Base):
    """A note of staff about a member, for other staff."""

    __tablename__ = "staff_notes"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str] = mapped_column(Text)
    created: Mapped[Moment]

    staff: Mapped[User | None] = relationship(foreign_keys=staff_id)


@implementer(IStatusChange)
class StatusChange(Base):
    """A change of a member's standing: enabled, disabled, locked, unlocked, or class.

    ``before`` and ``after`` are the names of the classes if ``kind`` is ``class``.
    """

    __tablename__ = "user_status_changes"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(String(64), default="")
    after: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[Moment]

    staff: Mapped[User | None] = relationship(foreign_keys=staff_id)


@implementer(IIPBan)
class IPBan(Base):
    """A network that may not use the site.

    ``first`` and ``last`` are its ends as 16 bytes, with IPv4 mapped into IPv6, so that one range
    scan finds the bans of an address of either family.
    """

    __tablename__ = "ip_bans"
    __table_args__ = (Index("ix_ip_bans_first_last", "first", "last"),)

    id: Mapped[PrimaryKey]
    network: Mapped[str] = mapped_column(String(49), unique=True)
    first: Mapped[bytes] = mapped_column(LargeBinary(16))
    last: Mapped[bytes] = mapped_column(LargeBinary(16))
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[Moment]
    expires: Mapped[datetime | None]

    staff: Mapped[User | None] = relationship(foreign_keys=staff_id)
