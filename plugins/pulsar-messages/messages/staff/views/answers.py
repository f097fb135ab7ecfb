"""Canned answers."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.paging import Page, paginate_texts
from pulsar.request import Request
from pulsar.serialization import Listing, Message
from pulsar.validation import TextPaging
from pulsar.validation.inputs import TextPagingInput

from ..answers import AnswerExists, create, edit, remove
from ..inputs import EditAnswerInput, MakeAnswerInput
from ..interfaces import IStaffAnswer
from ..models import Answer
from ..permissions import ANSWERS, HANDLE
from ..queries import answers
from ..resources import AnswerResource, Answers
from ..schemas import EditAnswer, MakeAnswer


@view_config(
    context=Answers,
    request_method="GET",
    permission=HANDLE,
    schema=TextPaging,
    response=Listing(IStaffAnswer),
)
def list_answers(context: Answers, request: Request[TextPagingInput]) -> Page:
    """List the canned answers."""
    return paginate_texts(request.db, answers(), request.validated)


@view_config(
    context=Answers,
    request_method="POST",
    permission=ANSWERS,
    schema=MakeAnswer,
    response=IStaffAnswer,
    status=201,
    errors=(AnswerExists,),
)
def create_answer(context: Answers, request: Request[MakeAnswerInput]) -> Any:
    """Create a canned answer."""
    return create(request, request.validated)


@view_config(
    context=AnswerResource,
    request_method="PUT",
    permission=ANSWERS,
    schema=EditAnswer,
    response=IStaffAnswer,
    errors=(AnswerExists,),
)
def edit_answer(context: AnswerResource, request: Request[EditAnswerInput]) -> Answer:
    """Edit a canned answer."""
    edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=AnswerResource, request_method="DELETE", permission=ANSWERS, response=Message()
)
def delete_answer(context: AnswerResource, request: Request) -> str:
    """Delete a canned answer."""
    remove(request, context.model)
    return f"StaffAnswer {context.model.id} has been deleted."
