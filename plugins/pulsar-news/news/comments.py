"""The comments on entries. Who sees an entry sees its live comments."""

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
    """The comments on an entry, which counts its live ones."""

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
        """Whether members may write comments and edit theirs."""
        return self.__parent__.model.comments_open

    def admit(self) -> bool:
        """Count a comment, if the entry is published and its comments are open just now."""
        return self._count(1, Entry.comments_open, *published(utcnow()))

    def count(self, number: int) -> None:
        """Note that the entry has so many live comments more."""
        self._count(number)

    def about(self) -> str:
        return self.__parent__.model.title

    def summary(self, comment: Comment) -> dict[str, Any]:
        """Where it is, and who refers to the member."""
        return {
            "news_id": comment.entry_id,
            "comment_id": comment.id,
            "from": self.request.caller.username,
        }

    @classmethod
    def within_sight(cls, query: Select[Any]) -> Select[Any]:
        """The comments on entries that all members see."""
        return query.join(Entry, Entry.id == Comment.entry_id).where(*published(utcnow()))

    def _count(self, number: int, *conditions: Any) -> bool:
        """Count so many comments more, if the conditions hold; whether they did."""
        changed = self.request.db.execute(
            update(Entry)
            .where(Entry.id == self.__parent__.model.id, *conditions)
            .values(comment_count=Entry.comment_count + number)
            .execution_options(synchronize_session=False)
        )
        self.request.cache.invalidate(tags.ENTRIES)
        return changed_rows(changed) > 0
