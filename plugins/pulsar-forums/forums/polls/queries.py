"""Finding polls with what showing them needs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, with_expression

from pulsar.request import Request

from ..models import Thread
from .models import Answer, Poll


def shown_polls(request: Request) -> Select[tuple[Poll]]:
    """Polls with their choices, threads and forums, and what the caller voted for."""
    thread = joinedload(Poll.thread, innerjoin=True)
    voter = request.identity.user_id if request.identity else None
    voted = select(Answer.choice_id).where(Answer.poll_id == Poll.id, Answer.user_id == voter)
    return select(Poll).options(
        joinedload(Poll.choices),
        thread.joinedload(Thread.forum, innerjoin=True),
        with_expression(Poll.voted, voted.scalar_subquery()),
    )


def find_poll(request: Request, *conditions: ColumnElement[bool]) -> Poll | None:
    """The one poll that meets the conditions, as it is now, or None."""
    query = shown_polls(request).where(*conditions).execution_options(populate_existing=True)
    return request.db.scalars(query).unique().one_or_none()


def polls_of(request: Request, threads: Sequence[Thread]) -> dict[int, Poll]:
    """The polls of threads by thread id, in one statement."""
    query = shown_polls(request).where(Poll.thread_id.in_([thread.id for thread in threads]))
    return {poll.thread_id: poll for poll in request.db.scalars(query).unique()}
