"""Comments on entries. Readers who see an entry see its live comments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, update

from pulsar import comments
from pulsar.comments import CommentsClosed
from pulsar.db import utcnow
from pulsar.db.rows import changed_rows

from . import tags
from .access import published
from .models import Comment, Entry
from .permissions import COMMENT, COMMENTS_MODIFY, VIEW
from .resources import EntryResource


class Comments(comments.Comments):
    """The comments on an entry. ``comment_count`` of the entry is the number of live ones."""

    __parent__: EntryResource

    model = Comment
    noun = "NewsComment"
    subject = "entry_id"
    read_permission = VIEW
    write_permission = COMMENT
    moderate_permission = COMMENTS_MODIFY
    notification_type = "news_mentioned"
    log_action = "news_comment"
    errors = (CommentsClosed,)

    @property
    def is_open(self) -> bool:
        """Whether members may write comments, and edit their own."""
        return self.__parent__.model.comments_open

    def admit(self) -> bool:
        """Count a new comment if the entry is published and its comments are open now."""
        return self._count(1, Entry.comments_open, *published(utcnow()))

    def count(self, number: int) -> None:
        """Add the number to the entry's count of live comments."""
        self._count(number)

    def about(self) -> str:
        return self.__parent__.model.title

    def summary(self, comment: Comment) -> dict[str, Any]:
        """Return the ids of the entry and the comment, and the name of the author."""
        return {
            "news_id": comment.entry_id,
            "comment_id": comment.id,
            "from": self.request.caller.username,
        }

    @classmethod
    def within_sight(cls, query: Select[Any]) -> Select[Any]:
        """Limit the query to comments on entries that all members see."""
        return query.join(Entry, Entry.id == Comment.entry_id).where(*published(utcnow()))

    def _count(self, number: int, *conditions: Any) -> bool:
        """Add the number to the count if the conditions hold; return whether they did."""
        changed = self.request.db.execute(
            update(Entry)
            .where(Entry.id == self.__parent__.model.id, *conditions)
            .values(comment_count=Entry.comment_count + number)
            .execution_options(synchronize_session=False)
        )
        self.request.cache.invalidate(tags.ENTRIES)
        return changed_rows(changed) > 0
