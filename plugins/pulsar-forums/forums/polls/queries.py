"""Queries for polls with everything that their serializers need."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, with_expression

from pulsar.request import Request

from ..models import Thread
from .models import Answer, Poll


def shown_polls(request: Request) -> Select[tuple[Poll]]:
    """Select polls with their choices, threads and forums, and the caller's votes."""
    thread = joinedload(Poll.thread, innerjoin=True)
    voter = request.identity.user_id if request.identity else None
    voted = select(Answer.choice_id).where(Answer.poll_id == Poll.id, Answer.user_id == voter)
    return select(Poll).options(
        joinedload(Poll.choices),
        thread.joinedload(Thread.forum, innerjoin=True),
        with_expression(Poll.voted, voted.scalar_subquery()),
    )


def find_poll(request: Request, *conditions: ColumnElement[bool]) -> Poll | None:
    """Return the poll that meets the conditions, reading it again, or None."""
    query = shown_polls(request).where(*conditions).execution_options(populate_existing=True)
    return request.db.scalars(query).unique().one_or_none()


def polls_of(request: Request, threads: Sequence[Thread]) -> dict[int, Poll]:
    """Return the polls of threads by thread id, in one statement."""
    query = shown_polls(request).where(Poll.thread_id.in_([thread.id for thread in threads]))
    return {poll.thread_id: poll for poll in request.db.scalars(query).unique()}
