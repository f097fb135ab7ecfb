"""The columns that all tables of comments have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from ..db import Moment, PrimaryKey
from ..users.models import User


class CommentColumns:
    """A comment; ``contents`` is its source in the ``format``.

    The plugin's model adds the name of the table and the foreign key of the object that the comment
    is on, with an index of that key and the id. A deleted comment stays in the table: ``deleted``
    is the time of the deletion and ``deleter_id`` the member who deleted it, because authors may
    only undo their own deletions.
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
        """The author, or None if the account was deleted."""
        return relationship(User, foreign_keys=[cls.user_id])

    @declared_attr
    def editor(cls: Any) -> Mapped[User | None]:  # noqa: N805
        """The member who edited the comment last."""
        return relationship(User, foreign_keys=[cls.editor_id])
