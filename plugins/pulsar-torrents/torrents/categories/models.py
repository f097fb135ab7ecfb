"""The table of categories."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column
from zope.interface import implementer

from pulsar.db import Base, PrimaryKey

from ..interfaces import ITorrentCategory


@implementer(ITorrentCategory)
class TorrentCategory(Base):
    """A type of work. Groups and requests refer to its ``name``, which never changes."""

    __tablename__ = "torrent_categories"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(64))
    torznab: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, default=0)
