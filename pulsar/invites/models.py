"""The table of invites."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from ..db import Base, Moment, PrimaryKey
from ..users.models import User
from .interfaces import IInvite


@implementer(IInvite)
class Invite(Base):
    """An invite. It is live until it is used or revoked, or ``expires`` passes.

    The job that returns expired invites to their senders marks them as revoked. Only invites that
    ``cost`` the sender one are returned.
    """

    __tablename__ = "invites"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(24), unique=True)
    inviter_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    invitee_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), unique=True
    )
    email: Mapped[str] = mapped_column(String(255))
    from_ip: Mapped[str] = mapped_column(String(45))
    time_sent: Mapped[Moment]
    expires: Mapped[datetime] = mapped_column(index=True)
    used: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    cost: Mapped[bool] = mapped_column(default=True, server_default=true())

    inviter: Mapped[User] = relationship(foreign_keys=inviter_id)
    invitee: Mapped[User | None] = relationship(foreign_keys=invitee_id)
