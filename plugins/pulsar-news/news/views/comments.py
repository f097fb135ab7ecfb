"""Listing, writing and moderating comments."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from pulsar.db import Slice, slice_after
from pulsar.serialization import Listing, Message

from ..errors import CommentsClosed
from ..interfaces import INewsComment
from ..models import Comment
from ..queries import comments_of
from ..resources import CommentResource, Comments
from ..schemas import CreateComment, EditComment, ListComments
from ..services import comments


@view_config(
    context=Comments,
    request_method="GET",
    permission="news_view",
    schema=ListComments,
    response=Listing(INewsComment, keyset=True),
)
def list_comments(context: Comments, request: Request) -> Slice:
    """List the comments on an entry, oldest first."""
    wanted = request.validated
    query = comments_of(request, context.__parent__.model, wanted)
    after, limit = wanted.get("after"), wanted["limit"]
    return slice_after(request.db, query, Comment.id, after, limit, ascending=True)


@view_config(
    context=Comments,
    request_method="POST",
    permission="news_comment",
    schema=CreateComment,
    response=INewsComment,
    status=201,
    errors=(CommentsClosed,),
)
def create(context: Comments, request: Request) -> Any:
    """Write a comment on a published entry."""
    entry = context.__parent__.model
    return context(comments.create_comment(request, entry, request.validated))


@view_config(
    context=CommentResource, request_method="GET", permission="news_view", response=INewsComment
)
def view(context: CommentResource, request: Request) -> Comment:
    """Show a comment."""
    return context.model


@view_config(
    context=CommentResource,
    request_method="PUT",
    permission="news_comments_modify",
    schema=EditComment,
    response=INewsComment,
    errors=(CommentsClosed,),
)
def edit(context: CommentResource, request: Request) -> Comment:
    """Edit a comment; its author may too, while comments are open."""
    return comments.edit_comment(request, context.model, request.validated)


@view_config(
    context=CommentResource,
    request_method="DELETE",
    permission="news_comments_modify",
    response=Message(),
)
def delete(context: CommentResource, request: Request) -> str:
    """Delete a comment; its author may too."""
    comments.delete_comment(request, context.model)
    return f"NewsComment {context.model.id} has been deleted."


@view_config(
    context=CommentResource,
    name="restore",
    request_method="POST",
    permission="news_comments_modify",
    response=INewsComment,
)
def restore(context: CommentResource, request: Request) -> Comment:
    """Undo the deletion of a comment; its author may undo their own."""
    return comments.restore_comment(request, context.model)
