"""Views that list, write and moderate comments. The directive registers them for each plugin."""

from __future__ import annotations

from typing import Any

from ..paging import Page, paginate_after
from ..request import Request
from . import services
from .inputs import CreateCommentInput, EditCommentInput, ListCommentsInput
from .resources import CommentResource, Comments


def list_comments(context: Comments, request: Request[ListCommentsInput]) -> Page:
    """List the comments, oldest first."""
    values, model, query = request.validated, context.model, context.query()
    identity = request.identity
    moderates = identity is not None and identity.has(context.moderate_permission)
    if not (values["include_dead"] and moderates):
        query = query.where(model.deleted.is_(None))
    return paginate_after(request.db, query, model.id, values, ascending=True)


def create(context: Comments, request: Request[CreateCommentInput]) -> Any:
    """Write a comment."""
    return context(services.create(context, request.validated))


def view(context: CommentResource, request: Request) -> Any:
    """Show a comment."""
    return context.model


def edit(context: CommentResource, request: Request[EditCommentInput]) -> Any:
    """Edit a comment. Its author may also do so."""
    return services.edit(context, request.validated)


def delete(context: CommentResource, request: Request) -> str:
    """Delete a comment. Its author may also do so."""
    services.delete(context)
    return f"{context.__parent__.noun} {context.model.id} has been deleted."


def restore(context: CommentResource, request: Request) -> Any:
    """Undo the deletion of a comment. Its author may undo their own deletion."""
    return services.restore(context)
