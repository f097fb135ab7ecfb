"""Comments on requests."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from pulsar.db import Slice, utcnow
from pulsar.serialization import Listing, Message

from .. import queries
from ..interfaces import IRequestComment
from ..models import Comment
from ..resources import CommentResource, Comments
from ..schemas import EditComment, ListComments, WriteComment
from ..services import comments


@view_config(
    context=Comments,
    request_method="GET",
    permission="requests_view",
    schema=ListComments,
    response=Listing(IRequestComment, keyset=True),
)
def list_comments(context: Comments, request: Request) -> Slice:
    """List the comments on a request, oldest first."""
    wanted = request.validated
    dead = wanted["include_dead"] and request.identity.has("requests_comments_modify")
    return queries.comments(request.db, context.wanted.id, wanted, dead)


@view_config(
    context=Comments,
    request_method="POST",
    permission="requests_comment",
    schema=WriteComment,
    response=IRequestComment,
    status=201,
)
def write_comment(context: Comments, request: Request) -> Any:
    """Comment on a request."""
    return context(comments.write(request, context.wanted, request.validated))


@view_config(
    context=CommentResource,
    request_method="GET",
    permission="requests_view",
    response=IRequestComment,
)
def view_comment(context: CommentResource, request: Request) -> Comment:
    """Show a comment on a request."""
    return context.model


@view_config(
    context=CommentResource,
    request_method="PUT",
    permission="requests_comments_modify",
    schema=EditComment,
    response=IRequestComment,
)
def edit_comment(context: CommentResource, request: Request) -> Comment:
    """Edit a comment on a request; its author may too."""
    comments.edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=CommentResource,
    request_method="DELETE",
    permission="requests_comments_modify",
    response=Message(),
)
def delete_comment(context: CommentResource, request: Request) -> str:
    """Delete a comment on a request; its author may too."""
    comments.set_deleted(request, context.model, utcnow())
    return f"Comment {context.model.id} has been deleted."


@view_config(
    context=CommentResource,
    name="restore",
    request_method="POST",
    permission="requests_comments_modify",
    response=IRequestComment,
)
def restore_comment(context: CommentResource, request: Request) -> Comment:
    """Restore a deleted comment on a request."""
    comments.set_deleted(request, context.model, None)
    return context.model
