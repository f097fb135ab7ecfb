"""Mails that wait to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, Moment, PrimaryKey


class WaitingMail(Base):
    """A mail that no server has accepted yet, encrypted, since it may contain a token.

    A process that tries to send it increments the number of tries in one UPDATE that matches only
    the number it has read, and sets the time of the next try. So two processes never try at once,
    and the next try makes up for a process that died.
    """

    __tablename__ = "mail_outbox"

    id: Mapped[PrimaryKey]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[Moment]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try: Mapped[datetime] = mapped_column(index=True)
