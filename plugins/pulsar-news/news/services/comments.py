"""Writing, editing, deleting and restoring comments.

Counters follow by conditional updates, so that two requests that meet never count twice.
"""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.interfaces import ISiteLog
from pulsar.sitelog.service import changes
from pulsar.users.models import User

from ..access import published
from ..errors import CommentsClosed
from ..events import CommentCreated, CommentEdited
from ..models import Comment, Entry
from ..queries import shown_comments
from ..tags import ENTRIES
from .entries import storable


def create_comment(request: Request, entry: Entry, wanted: dict[str, Any]) -> Comment:
    """Say something to a published entry. Raises CommentsClosed."""
    open_to_comments = (Entry.comments_open, *published(utcnow()))
    if not _count(request, entry.id, 1, *open_to_comments):
        raise CommentsClosed
    comment = Comment(
        entry=entry,
        user=request.db.get_one(User, request.identity.user_id),
        editor=None,
        contents=wanted["contents"],
        format=wanted["format"],
    )
    request.db.add(comment)
    request.db.flush()
    request.registry.notify(CommentCreated(request, comment))
    return comment


def edit_comment(request: Request, comment: Comment, wanted: dict[str, Any]) -> Comment:
    """Change a comment. Raises CommentsClosed, but not for moderators."""
    identity = request.identity
    entry_is_open = comment.entry.comments_open
    if not entry_is_open and not identity.has("news_comments_modify"):
        raise CommentsClosed
    query = select(Comment).where(Comment.id == comment.id).with_for_update(of=Comment)
    comment = request.db.scalars(query.execution_options(populate_existing=True)).one()
    before, after = changes(comment, wanted)
    if after:
        for name, value in after.items():
            setattr(comment, name, value)
        comment.edited_time, comment.editor_id = utcnow(), identity.user_id
        request.db.flush()
        log(request, "news_comment_edited", comment, before, after)
        request.registry.notify(CommentEdited(request, comment))
    return reload(request, comment.id)


def delete_comment(request: Request, comment: Comment) -> None:
    """Delete a comment."""
    mark = {"deleted": utcnow(), "deleter_id": request.identity.user_id}
    if _change(request, comment, Comment.deleted.is_(None), mark):
        _count(request, comment.entry_id, -1)
        log(request, "news_comment_deleted", comment, {"contents": comment.contents}, None)


def restore_comment(request: Request, comment: Comment) -> Comment:
    """Undo the deletion of a comment."""
    mark = {"deleted": None, "deleter_id": None}
    if _change(request, comment, Comment.deleted.is_not(None), mark):
        _count(request, comment.entry_id, 1)
        log(request, "news_comment_restored", comment, None, None)
    return reload(request, comment.id)


def reload(request: Request, comment_id: int) -> Comment:
    """The comment with what showing it needs."""
    query = shown_comments(select(Comment)).where(Comment.id == comment_id)
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def log(
    request: Request,
    action: str,
    comment: Comment,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Tell the site log of what is done to somebody else's comment."""
    if comment.user_id != request.identity.user_id:
        request.find_service(ISiteLog).record(
            request,
            action,
            f"Comment {comment.id} on {comment.entry.title}",
            target=comment,
            before=storable(before),
            after=storable(after),
        )


def _change(request: Request, comment: Comment, condition: Any, values: dict[str, Any]) -> bool:
    """Change the comment if the condition holds; whether it did."""
    changed = request.db.execute(
        update(Comment)
        .where(Comment.id == comment.id, condition)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)


def _count(request: Request, entry_id: int, number: int, *conditions: Any) -> bool:
    """Note that the entry has so many live comments more, if the conditions hold."""
    changed = request.db.execute(
        update(Entry)
        .where(Entry.id == entry_id, *conditions)
        .values(comment_count=Entry.comment_count + number)
        .execution_options(synchronize_session=False)
    )
    request.cache.invalidate(ENTRIES)
    return bool(changed.rowcount)
