"""Creating polls, changing them, and voting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from pulsar.errors import ApiError, Conflict, Forbidden, Invalid, NotFound, Refused
from pulsar.interfaces import ISiteLog
from pulsar.request import Request

from .. import tags
from ..errors import ThreadLocked
from ..permissions import MODIFY_FORUM_POLLS, POST_IN_LOCKED
from ..services.lock_thread import lock_thread
from ..visibility import ThreadSummary
from .inputs import CreatePollInput, EditPollInput
from .models import Answer, Choice, Poll
from .queries import shown_polls
from .schemas import MAX_CHOICES, MIN_CHOICES


class PollExists(Conflict):
    """The thread already has a poll."""

    code = "poll_exists"
    message = "The thread already has a poll."


class PollClosed(ApiError):
    """The poll is closed, so it accepts no votes."""

    code = "poll_closed"
    message = "You cannot vote on a closed poll."


class AlreadyVoted(ApiError):
    """A member votes once, and cannot change the vote."""

    code = "already_voted"
    message = "You have already voted on this poll."


def create_poll(request: Request, values: CreatePollInput) -> Poll:
    """Add a poll to the caller's own thread, or to any thread if they may edit polls.

    Raises Invalid, Forbidden, ThreadLocked or PollExists.
    """
    identity = request.caller
    thread = lock_thread(request, values["thread_id"])
    if thread is None or not ThreadSummary.of(thread).is_open_to(request):
        raise Refused({"thread_id": ["Invalid ForumThread id."]})
    if thread.creator_id != identity.user_id and not identity.has(MODIFY_FORUM_POLLS):
        raise Forbidden
    if thread.locked and not identity.has(POST_IN_LOCKED):
        raise ThreadLocked
    texts = [text.strip() for text in values["choices"]]
    if len(texts) < MIN_CHOICES or len({text.lower() for text in texts}) < len(texts):
        raise Invalid({"choices": ["there must be at least two, all different"]})
    poll = Poll(thread_id=thread.id, question=values["question"].strip())
    poll.choices = [Choice(choice=text) for text in texts]
    try:
        with request.db.begin_nested():
            request.db.add(poll)
            request.db.flush()
    except IntegrityError as error:
        existing = request.db.scalar(select(Poll.id).where(Poll.thread_id == thread.id))
        raise PollExists(existing_id=existing) from error
    request.cache.invalidate(tags.thread(thread.id))
    return reload(request, poll.id)


def edit_poll(request: Request, poll: Poll, values: EditPollInput) -> Poll:
    """Change a poll. If it raises Invalid, nothing is changed."""
    lock_poll(request, poll.id)
    # The choices may have changed between the read and the lock.
    request.db.refresh(poll, ["choices"])
    fields: dict[str, Any] = {name: value for name, value in values.items() if name != "choices"}
    before = {name: getattr(poll, name) for name in fields}
    if "choices" in values:
        _change_choices(request, poll, values["choices"])
    if fields.get("featured"):
        _feature(request, poll)
    for name, value in fields.items():
        setattr(poll, name, value)
    request.db.flush()
    request.find_service(ISiteLog).record(
        request, "forum_poll_edited", poll.question, target=poll, before=before, after=values
    )
    request.cache.invalidate(tags.thread(poll.thread_id))
    return reload(request, poll.id)


def vote(request: Request, choice: Choice) -> None:
    """Vote for a choice. Raises PollClosed, NotFound or AlreadyVoted."""
    poll = lock_poll(request, choice.poll_id)
    if poll.closed:
        raise PollClosed
    if request.db.scalar(select(Choice.id).where(Choice.id == choice.id)) is None:
        raise NotFound(f"ForumPollChoice {choice.id} does not exist.")
    try:
        with request.db.begin_nested():
            request.db.execute(
                insert(Answer).values(
                    poll_id=poll.id, user_id=request.caller.user_id, choice_id=choice.id
                )
            )
    except IntegrityError as error:
        raise AlreadyVoted from error
    request.db.execute(
        update(Choice)
        .where(Choice.id == choice.id)
        .values(answers=Choice.answers + 1)
        .execution_options(synchronize_session=False)
    )
    request.cache.invalidate(tags.thread(poll.thread_id))


def lock_poll(request: Request, poll_id: int) -> Poll:
    """Return the current poll and lock it, so that votes and changes wait for each other."""
    query = select(Poll).where(Poll.id == poll_id).with_for_update()
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def reload(request: Request, poll_id: int) -> Poll:
    """Return the poll with everything that its serializer needs."""
    query = shown_polls(request).where(Poll.id == poll_id)
    return request.db.scalars(query.execution_options(populate_existing=True)).unique().one()


def _change_choices(request: Request, poll: Poll, changes_wanted: dict[str, Sequence[Any]]) -> None:
    """Add and delete choices, either all of them or none. Raises Invalid."""
    choices = {choice.id: choice.choice.lower() for choice in poll.choices}
    added = [text.strip() for text in changes_wanted["add"]]
    strange = [str(number) for number in changes_wanted["delete"] if number not in choices]
    remaining = {text for number, text in choices.items() if number not in changes_wanted["delete"]}
    taken = [
        text
        for place, text in enumerate(added)
        if text.lower() in remaining or _again(added, place)
    ]
    problems = []
    if taken:
        problems.append(f"The following poll choices could not be added: {', '.join(taken)}.")
    if strange:
        problems.append(f"The following poll choices could not be deleted: {', '.join(strange)}.")
    number = len(remaining) + len(added)
    # If a poll already has too few or too many choices, a change may bring it closer to the limits.
    too_few = number < MIN_CHOICES and changes_wanted["delete"]
    too_many = number > MAX_CHOICES and added
    if not problems and (too_few or too_many):
        problems.append(f"A poll has from {MIN_CHOICES} to {MAX_CHOICES} choices.")
    if problems:
        raise Refused({"choices": [" ".join(problems)]})
    if changes_wanted["delete"]:
        request.db.execute(delete(Choice).where(Choice.id.in_(changes_wanted["delete"])))
    if added:
        rows = [{"poll_id": poll.id, "choice": text, "answers": 0} for text in added]
        request.db.execute(insert(Choice), rows)


def _again(texts: list[str], place: int) -> bool:
    """Return whether the text occurs earlier in the list."""
    return texts[place].lower() in {text.lower() for text in texts[:place]}


def _feature(request: Request, poll: Poll) -> None:
    """Make this poll the only featured one."""
    featured = False
    while not featured:
        others = request.db.scalars(
            update(Poll)
            .where(Poll.featured, Poll.id != poll.id)
            .values(featured=False)
            .returning(Poll.thread_id)
            .execution_options(synchronize_session=False)
        ).all()
        request.cache.invalidate(*map(tags.thread, others))
        featured = _is_only_featured(request, poll)


def _is_only_featured(request: Request, poll: Poll) -> bool:
    """Return whether the poll is featured now.

    It is not if a concurrent request has featured another poll; that poll is visible then.
    """
    try:
        with request.db.begin_nested():
            poll.featured = True
            request.db.flush()
    except IntegrityError:
        return False
    return True
