"""The columns that comments have wherever they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from ..db import Moment, PrimaryKey
from ..users.models import User


class CommentColumns:
    """A comment; ``contents`` is its source in the ``format``.

    The plugin's model adds the table's name and the key of what the comment is on, with an index of
    that key and the id. A deleted comment stays: ``deleted`` says when it was, ``deleter_id`` by
    whom, since authors may undo their own deletions only.
    """

    __tablename__: str

    id: Mapped[PrimaryKey]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    time: Mapped[Moment]
    edited_time: Mapped[datetime | None]
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    deleted: Mapped[datetime | None]
    deleter_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )

    @declared_attr
    def user(cls: Any) -> Mapped[User | None]:  # noqa: N805  # SQLAlchemy passes the class
        """The author, None where the account is gone."""
        return relationship(User, foreign_keys=[cls.user_id])

    @declared_attr
    def editor(cls: Any) -> Mapped[User | None]:  # noqa: N805
        """Who edited it last."""
        return relationship(User, foreign_keys=[cls.editor_id])
