"""Writing, editing, deleting and restoring comments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyramid.request import Request

from pulsar.db import utcnow
from pulsar.interfaces import ISiteLog
from pulsar.sitelog.service import changes

from .. import notifications
from ..models import Comment, TorrentRequest


def write(request: Request, wanted: TorrentRequest, values: dict[str, Any]) -> Comment:
    """Comment on a request."""
    comment = Comment(
        request_id=wanted.id,
        user_id=request.identity.user_id,
        contents=values["contents"],
        format=values["format"],
    )
    request.db.add(comment)
    request.db.flush()
    request.db.refresh(comment)
    notifications.commented(request, wanted, comment)
    return comment


def edit(request: Request, comment: Comment, values: dict[str, Any]) -> None:
    """Change what the values name; of others' comments the site log tells."""
    fields = ("contents", "format")
    before, changed = changes(comment, {name: values[name] for name in fields if name in values})
    if not changed:
        return
    for name, value in changed.items():
        setattr(comment, name, value)
    comment.edited = utcnow()
    request.db.flush()
    _log(
        request,
        "request_comment_edited",
        comment,
        before=before,
        after=changed,
    )


def set_deleted(request: Request, comment: Comment, moment: datetime | None) -> None:
    """Delete a comment, or restore it with None; of others' the site log tells."""
    if (comment.deleted is None) == (moment is None):
        return
    comment.deleted = moment
    request.db.flush()
    action = "request_comment_restored" if moment is None else "request_comment_deleted"
    _log(request, action, comment, before={"contents": comment.contents})


def _log(request: Request, action: str, comment: Comment, **fields: dict[str, Any]) -> None:
    if request.identity.user_id != comment.user_id:
        summary = f"Comment {comment.id} on request {comment.request_id}"
        request.find_service(ISiteLog).record(request, action, summary, target=comment, **fields)
