"""Sections that staff have changed, and their revisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.db import Base, Json, PrimaryKey
from pulsar.users.models import User

from .interfaces import IRuleRevision

MAX_LANGUAGE = 20
MAX_NAME = 64
MAX_DESCRIPTION = 1_000
#: The highest number that a revision can have.
MAX_REVISION = 2**31 - 1
#: The columns with the text of a revision. The others describe where it comes from.
TEXT = ("name", "description", "format", "rules")

#: A rule is ``{"summary": str, "extra": str | None, "rules": list of such | None}``.
Rule = dict[str, Any]


class RuleSection(Base):
    """A section that staff have changed. If ``position`` is null, the file's applies."""

    __tablename__ = "rules_sections"

    id: Mapped[PrimaryKey]
    section: Mapped[str] = mapped_column(String(32), unique=True)
    position: Mapped[int | None] = mapped_column(Integer)
    deleted: Mapped[datetime | None]


@implementer(IRuleRevision)
class RuleRevision(Base):
    """A revision of a section in a language; the highest number is the current text.

    Number 0 is the text of the file at the time of the first change, and has no ``time``.
    """

    __tablename__ = "rules_revisions"
    __table_args__ = (UniqueConstraint("section_id", "language", "number"),)

    id: Mapped[PrimaryKey]
    section_id: Mapped[int] = mapped_column(ForeignKey("rules_sections.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(MAX_LANGUAGE))
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    description: Mapped[str] = mapped_column(String(MAX_DESCRIPTION))
    format: Mapped[str] = mapped_column(String(32))
    rules: Mapped[list[Rule]] = mapped_column(Json)
    summary: Mapped[str] = mapped_column(String(255), default="")
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    time: Mapped[datetime | None]

    editor: Mapped[User | None] = relationship()

    @classmethod
    def of(cls, text: Mapping[str, Any], language: str, number: int = 0) -> RuleRevision:
        """Return a revision with the text, which is not stored yet."""
        contents = {name: text[name] for name in TEXT}
        return cls(language=language, number=number, summary="", **contents)

    @property
    def text(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TEXT}
