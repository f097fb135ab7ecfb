"""The table of changes that the directory follows."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from pulsar.db import Base, Moment, PrimaryKey


class Change(Base):
    """A member or torrent whose state the directory has to read again.

    Rows are written by triggers, so that no way of changing the data is missed.
    """

    __tablename__ = "tracker_changes"
    # Without it, SQLite would use the ids of purged rows again.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    #: The transaction on PostgreSQL, where rows become visible in another order than that of ids.
    xid: Mapped[int] = mapped_column(BigInteger, index=True)
    created: Mapped[Moment] = mapped_column(index=True)
