"""Polls, their choices and the votes of members."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship
from zope.interface import implementer

from pulsar.db import Base, PrimaryKey

from ..interfaces import IForumPoll, IForumPollChoice
from ..models import Thread


@implementer(IForumPollChoice)
class Choice(Base):
    """An answer that a poll offers; ``answers`` counts its votes."""

    __tablename__ = "forums_polls_choices"
    __table_args__ = (CheckConstraint("answers >= 0", name="answers"),)

    id: Mapped[PrimaryKey]
    poll_id: Mapped[int] = mapped_column(
        ForeignKey("forums_polls.id", ondelete="CASCADE"), index=True
    )
    choice: Mapped[str] = mapped_column(String(200))
    answers: Mapped[int] = mapped_column(Integer, default=0)

    poll: Mapped[Poll] = relationship(back_populates="choices")


Index("uq_forums_polls_choices_choice", Choice.poll_id, func.lower(Choice.choice), unique=True)


@implementer(IForumPoll)
class Poll(Base):
    """A question to the readers of a thread, which has at most one poll. One poll is featured."""

    __tablename__ = "forums_polls"
    __table_args__ = (
        Index(
            "uq_forums_polls_featured",
            "featured",
            unique=True,
            sqlite_where=text("featured"),
            postgresql_where=text("featured"),
        ),
    )

    id: Mapped[PrimaryKey]
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("forums_threads.id", ondelete="CASCADE"), unique=True
    )
    question: Mapped[str] = mapped_column(String(250))
    closed: Mapped[bool] = mapped_column(Boolean, default=False)
    featured: Mapped[bool] = mapped_column(Boolean, default=False)

    thread: Mapped[Thread] = relationship()
    #: The choice of the caller, if the query selects it.
    voted: Mapped[int | None] = query_expression()
    choices: Mapped[list[Choice]] = relationship(order_by=Choice.id, back_populates="poll")


class Answer(Base):
    """The vote of a member, at most one per poll."""

    __tablename__ = "forums_polls_answers"

    poll_id: Mapped[int] = mapped_column(
        ForeignKey("forums_polls.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    choice_id: Mapped[int] = mapped_column(
        ForeignKey("forums_polls_choices.id", ondelete="CASCADE"), index=True
    )
