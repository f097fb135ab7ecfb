"""Showing and arranging forums."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Message

from ..inputs import CreateForumInput, EditForumInput, ReadListInput
from ..interfaces import IForum
from ..list_query import ReadList
from ..models import Forum
from ..permissions import FORUMS_MODIFY, VIEW
from ..resources import ForumResource, Forums
from ..schemas import CreateForum, EditForum
from ..services import forums
from ..viewer import mark_forum_viewed


@view_config(
    context=Forums,
    request_method="POST",
    permission=FORUMS_MODIFY,
    schema=CreateForum,
    response=IForum,
    status=201,
)
def create(context: Forums, request: Request[CreateForumInput]) -> Any:
    """Create a forum, to which nobody has access yet."""
    return context(forums.create(request, Forum, request.validated))


@view_config(
    context=ForumResource,
    request_method="GET",
    permission=VIEW,
    schema=ReadList,
    response=IForum,
)
def view(context: ForumResource, request: Request[ReadListInput]) -> Forum:
    """Show a forum and its threads."""
    return context.model


@view_config(
    context=ForumResource,
    request_method="PUT",
    permission=FORUMS_MODIFY,
    schema=EditForum,
    response=IForum,
)
def edit(context: ForumResource, request: Request[EditForumInput]) -> Forum:
    """Edit a forum."""
    forums.edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=ForumResource,
    request_method="DELETE",
    permission=FORUMS_MODIFY,
    response=Message(),
)
def delete(context: ForumResource, request: Request) -> str:
    """Delete a forum and all its contents."""
    return forums.delete(request, context.model)


@view_config(
    context=ForumResource,
    name="restore",
    request_method="POST",
    permission=FORUMS_MODIFY,
    response=IForum,
)
def restore(context: ForumResource, request: Request) -> Forum:
    """Undo the deletion of a forum."""
    forums.restore(request, context.model)
    return context.model


@view_config(
    context=ForumResource,
    name="viewed",
    request_method="PUT",
    permission=VIEW,
    response=Message(),
    operation="mark_forum_viewed",
)
def viewed(context: ForumResource, request: Request) -> str:
    """Mark all threads of a forum as read."""
    mark_forum_viewed(request, context.model.id)
    return f"All threads of forum {context.model.id} are marked as read."
