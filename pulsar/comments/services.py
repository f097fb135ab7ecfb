"""Writing, editing, deleting and restoring comments.

Deletions are conditional updates, so that concurrent requests never count a comment twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, update

from ..db import utcnow
from ..db.rows import changed_rows
from ..interfaces import ISiteLog
from ..sitelog.service import changes
from ..users.models import User
from .errors import CommentsClosed
from .events import CommentCreated, CommentEdited
from .inputs import CreateCommentInput, EditCommentInput
from .notifications import tell_of_edit, tell_of_new
from .resources import CommentResource, Comments

_FIELDS = ("contents", "format")


def create(comments: Comments, values: CreateCommentInput) -> Any:
    """Write a comment. Raises CommentsClosed."""
    request = comments.request
    if not comments.admit():
        raise CommentsClosed
    comment = comments.model(
        **{comments.subject: comments.__parent__.model.id},
        contents=values["contents"],
        format=values["format"],
        # The author is set with everything that the response shows, so that it is not read again.
        user=request.db.get_one(User, request.caller.user_id),
        editor=None,
    )
    request.db.add(comment)
    request.db.flush()
    request.registry.notify(CommentCreated(request, comment))
    tell_of_new(comments, comment)
    return comment


def edit(context: CommentResource, values: EditCommentInput) -> Any:
    """Edit a comment, whose row is locked. Raises CommentsClosed unless the caller moderates."""
    comments, comment, request = context.__parent__, context.model, context.request
    if not comments.is_open and not request.caller.has(comments.moderate_permission):
        raise CommentsClosed
    before, after = changes(
        comment, {name: value for name, value in values.items() if name in _FIELDS}
    )
    if after:
        # Load the editor before anything is changed, because the query would flush the changes.
        comment.editor = request.db.get_one(User, request.caller.user_id)
        comment.edited_time = utcnow()
        for name, value in after.items():
            setattr(comment, name, value)
        request.db.flush()
        _log_change(context, "edited", before, after)
        request.registry.notify(CommentEdited(request, comment))
        tell_of_edit(comments, comment)
    return comment


def delete(context: CommentResource) -> None:
    mark = {"deleted": utcnow(), "deleter_id": context.request.caller.user_id}
    if _change(context, context.__parent__.model.deleted.is_(None), mark):
        context.__parent__.count(-1)
        _log_change(context, "deleted", {"contents": context.model.contents})


def restore(context: CommentResource) -> Any:
    """Undo the deletion of a comment."""
    mark = {"deleted": None, "deleter_id": None}
    if _change(context, context.__parent__.model.deleted.is_not(None), mark):
        context.__parent__.count(1)
        _log_change(context, "restored")
    return context.model


def _change(
    context: CommentResource, condition: ColumnElement[bool], values: Mapping[str, Any]
) -> bool:
    """Update the comment if the condition holds; return whether it did."""
    model = context.__parent__.model
    changed = context.request.db.execute(
        update(model)
        .where(model.id == context.model.id, condition)
        .values(values)
        .execution_options(synchronize_session="evaluate")
    )
    return changed_rows(changed) > 0


def _log_change(
    context: CommentResource,
    done: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Record in the site log an action on somebody else's comment."""
    comments, comment, request = context.__parent__, context.model, context.request
    if comment.user_id != request.caller.user_id:
        request.find_service(ISiteLog).record(
            request,
            f"{comments.log_action}_{done}",
            f"Comment {comment.id} on {comments.about()}",
            target=comment,
            before=before,
            after=after,
        )
