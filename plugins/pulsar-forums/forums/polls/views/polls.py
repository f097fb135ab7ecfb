"""Creating, showing and changing polls, and voting."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.errors import NotFound
from pulsar.request import Request
from pulsar.serialization import Message

from ...errors import ThreadLocked
from ...interfaces import IForumPoll
from ...permissions import MODIFY_FORUM_POLLS, POLLS_CREATE, POLLS_VOTE, VIEW
from ..inputs import CreatePollInput, EditPollInput
from ..models import Poll
from ..resources import ChoiceResource, Featured, PollResource, Polls
from ..schemas import CreatePoll, EditPoll
from ..services import AlreadyVoted, PollClosed, PollExists, create_poll, edit_poll, vote


@view_config(
    context=Polls,
    request_method="POST",
    permission=POLLS_CREATE,
    schema=CreatePoll,
    response=IForumPoll,
    status=201,
    errors=(PollExists, ThreadLocked),
)
def create(context: Polls, request: Request[CreatePollInput]) -> Any:
    """Add a poll to the caller's thread; callers who may edit polls can add them to any thread."""
    return context(create_poll(request, request.validated))


@view_config(
    context=Featured,
    request_method="GET",
    permission=VIEW,
    response=IForumPoll,
    errors=(NotFound,),
)
def featured(context: Featured, request: Request) -> Poll:
    """Show the featured poll."""
    return context.find()


@view_config(context=PollResource, request_method="GET", permission=VIEW, response=IForumPoll)
def view(context: PollResource, request: Request) -> Poll:
    """Show a poll."""
    return context.model


@view_config(
    context=PollResource,
    request_method="PUT",
    permission=MODIFY_FORUM_POLLS,
    schema=EditPoll,
    response=IForumPoll,
)
def edit(context: PollResource, request: Request[EditPollInput]) -> Poll:
    """Edit, close or feature a poll."""
    return edit_poll(request, context.model, request.validated)


@view_config(
    context=ChoiceResource,
    request_method="POST",
    permission=POLLS_VOTE,
    response=Message(),
    errors=(AlreadyVoted, PollClosed),
)
def cast_vote(context: ChoiceResource, request: Request) -> str:
    """Vote for a choice, once per poll."""
    vote(request, context.model)
    return f"You have successfully voted for choice {context.model.id}."
