"""The resources of comments, with their permissions and the methods that plugins override."""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from pyramid.authorization import Allow
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import joinedload
from zope.interface import implementer

from ..classes.effective import holders
from ..errors import ApiError
from ..interfaces import IComments
from ..request import Request
from ..security import own
from ..settings import CoreSettings
from ..traversal import Collection, Item
from ..users.loading import named, presented


class CommentResource(Item[Any]):
    """A comment. Its author may edit and delete it, and restore it if they deleted it."""

    __parent__: Comments

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Allow the author what moderators may do, as long as the author may write comments."""
        author = self.model.user_id
        undone_by_others = self.model.deleted is not None and self.model.deleter_id != author
        if author is None or undone_by_others:
            return []
        return [
            (
                Allow,
                own(author, self.__parent__.write_permission),
                self.__parent__.moderate_permission,
            )
        ]


@implementer(IComments)
class Comments(Collection[Any]):
    """The comments on the parent's model. Plugins pass a subclass to ``config.add_comments``.

    A subclass sets the attributes below, and overrides ``is_open`` and the methods from ``admit``
    to ``within_sight`` if its comments differ.
    """

    __parent__: Item[Any]

    item: ClassVar[type[CommentResource]] = CommentResource
    #: The model's column that holds the id of the commented object.
    subject: ClassVar[str]
    #: The permissions to read comments, to write comments and edit one's own, and to moderate all.
    read_permission: ClassVar[str]
    write_permission: ClassVar[str]
    moderate_permission: ClassVar[str]
    #: The type of notification for members whom a comment mentions or quotes.
    notification_type: ClassVar[str]
    #: The prefix of the site log's actions, e.g. ``news_comment``.
    log_action: ClassVar[str]
    #: The errors that writing and editing may raise.
    errors: ClassVar[tuple[type[ApiError], ...]] = ()

    @property
    def sight(self) -> str:
        """The permission for reading."""
        return self.read_permission

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "item" not in vars(cls):
            # Views are bound to classes, and the views of each plugin require different
            # permissions.
            said = {"__module__": cls.__module__, "__doc__": cls.item.__doc__}
            item_class = type(f"{cls.__name__}Item", (cls.item,), said)
            cls.item = cast(type[CommentResource], item_class)

    @property
    def is_open(self) -> bool:
        """Whether members may write comments and edit theirs; moderators may always edit."""
        return True

    def admit(self) -> bool:
        """Count a comment that is about to be written; return False if it must not be written."""
        if not self.is_open:
            return False
        self.count(1)
        return True

    def count(self, number: int) -> None:
        """Add ``number``, which may be negative, to the stored number of live comments."""

    def about(self) -> str:
        """Return a description of the commented object, for the site log."""
        subject = self.__parent__.model
        return f"{type(subject).__name__} {subject.id}"

    def summary(self, comment: Any) -> dict[str, Any]:
        """Return the contents of a notification of the comment, as JSON."""
        return {
            self.subject: getattr(comment, self.subject),
            "comment_id": comment.id,
            "from": self.request.caller.username,
        }

    def concerned(self, comment: Any) -> Mapping[str, Iterable[int]]:
        """Return other members to notify of a new comment, by type of notification."""
        return {}

    @classmethod
    def within_sight(cls, query: Select[Any]) -> Select[Any]:
        """Return the query without comments on objects that some readers of comments cannot see.

        By default these are comments on objects that are deleted, if their table has the column
        ``deleted``.
        """
        column = inspect(cls.model).columns[cls.subject]
        (key,) = column.foreign_keys
        above = key.column.table
        if "deleted" not in above.columns:
            return query
        return query.join(above, key.column == column).where(above.columns["deleted"].is_(None))

    @classmethod
    def visible(
        cls, request: Request, user_ids: Ids[int], comment_ids: Ids[int]
    ) -> set[tuple[int, int]]:
        """Return the pairs of member and comment such that the member may know of the comment."""
        live = (cls.model.id.in_(comment_ids), cls.model.deleted.is_(None))
        visible_ids = request.db.scalars(cls.within_sight(select(cls.model.id).where(*live))).all()
        locked = CoreSettings.lock_permissions.of(request.registry)
        readers = holders(request.db, user_ids, cls.read_permission, locked)
        return {(user_id, comment_id) for user_id in readers for comment_id in visible_ids}

    def query(self) -> Select[Any]:
        """Return the query of all comments on the object, deleted ones too, with their members."""
        model = self.model
        return (
            select(model)
            .where(getattr(model, self.subject) == self.__parent__.model.id)
            .options(presented(joinedload(model.user)), named(joinedload(model.editor)))
        )

    def load(self, key: int) -> Any:
        """Return the comment, if it is live or the caller may restore it."""
        query = self.query().where(self.model.id == key)
        if self.request.method == "PUT":
            # Concurrent edits wait for each other, so that each is compared with the text before
            # it.
            query = query.with_for_update(of=self.model)
        comment = self.request.db.scalar(query)
        if comment is None or comment.deleted is None:
            return comment
        return (
            comment
            if self.request.has_permission(self.moderate_permission, self(comment))
            else None
        )
