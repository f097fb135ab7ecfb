"""Comments on requests. They stay open when the request is filled."""

from __future__ import annotations

from typing import Any

from pulsar import comments

from .models import Comment
from .permissions import COMMENT, COMMENTS_MODIFY, VIEW
from .queries import bookmarkers
from .resources import RequestResource

COMMENTED = "requests_commented"


class Comments(comments.Comments):
    """The comments on a request. Its creator and members who bookmarked it are notified of them."""

    __parent__: RequestResource

    model = Comment
    noun = "Comment"
    subject = "request_id"
    read_permission = VIEW
    write_permission = COMMENT
    moderate_permission = COMMENTS_MODIFY
    notification_type = "requests_mentioned"
    log_action = "request_comment"

    def about(self) -> str:
        return f"request {self.__parent__.model.id}"

    def summary(self, comment: Comment) -> dict[str, Any]:
        """Return the title of the request, the ids of both, and the name of the author."""
        return {"title": self.__parent__.model.title, **super().summary(comment)}

    def concerned(self, comment: Comment) -> dict[str, set[int]]:
        """Notify the creator of the request and the members who bookmarked it."""
        creator = self.__parent__.model.user_id
        bookmarked = bookmarkers(self.request.db, comment.request_id)
        return {COMMENTED: bookmarked if creator is None else {creator, *bookmarked}}
