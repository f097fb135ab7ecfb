"""Mails that wait to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, Moment, PrimaryKey


class WaitingMail(Base):
    """A mail that no server took yet, encrypted, since it may bring a token.

    Whoever tries to send it counts one up in one UPDATE that matches only the number of tries it
    has read, and says when the next try is: no two try at once, and one that died is made up for.
    """

    __tablename__ = "mail_outbox"

    id: Mapped[PrimaryKey]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[Moment]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try: Mapped[datetime] = mapped_column(index=True)
