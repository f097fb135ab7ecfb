"""Comments on something and single ones: who may do what, and what differs by plugin."""

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
        """The author, as long as they may write comments."""
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
    """The comments on what is above. A plugin's subclass says which, and is given to the directive.

    It overrides what differs of ``is_open`` and the methods up to ``within_sight``.
    """

    __parent__: Item[Any]

    item: ClassVar[type[CommentResource]] = CommentResource
    #: The model's column that holds the id of what is commented on.
    subject: ClassVar[str]
    #: The permissions for reading, for writing comments and editing one's own, for moderating all.
    read_permission: ClassVar[str]
    write_permission: ClassVar[str]
    moderate_permission: ClassVar[str]
    #: The type of notification for those whom a comment mentions or quotes.
    notification_type: ClassVar[str]
    #: What the site log's actions begin with, e.g. ``news_comment``.
    log_action: ClassVar[str]
    #: What writing and editing may raise.
    errors: ClassVar[tuple[type[ApiError], ...]] = ()

    @property
    def sight(self) -> str:
        """The permission for reading."""
        return self.read_permission

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "item" not in vars(cls):
            # Views are bound to classes, and those of each plugin ask for permissions of its own.
            said = {"__module__": cls.__module__, "__doc__": cls.item.__doc__}
            item_class = type(f"{cls.__name__}Item", (cls.item,), said)
            cls.item = cast(type[CommentResource], item_class)

    @property
    def is_open(self) -> bool:
        """Whether members may write comments and edit theirs; moderators edit in any case."""
        return True

    def admit(self) -> bool:
        """Count a comment that is about to be written, or answer False where none may be."""
        if not self.is_open:
            return False
        self.count(1)
        return True

    def count(self, number: int) -> None:
        """Note that there are so many live comments more."""

    def about(self) -> str:
        """What the comments are on, for the site log."""
        subject = self.__parent__.model
        return f"{type(subject).__name__} {subject.id}"

    def summary(self, comment: Any) -> dict[str, Any]:
        """What notifications say of a comment, as JSON."""
        return {
            self.subject: getattr(comment, self.subject),
            "comment_id": comment.id,
            "from": self.request.caller.username,
        }

    def concerned(self, comment: Any) -> Mapping[str, Iterable[int]]:
        """Whom to tell of a new comment beside those it refers to, by the type of notification."""
        return {}

    @classmethod
    def within_sight(cls, query: Select[Any]) -> Select[Any]:
        """The query of comments, without those on what not all who may read comments see.

        Those are on what is ``deleted``, as far as its table says so.
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
        """Which members may be told of which comments, as pairs; for types of notifications."""
        live = (cls.model.id.in_(comment_ids), cls.model.deleted.is_(None))
        visible_ids = request.db.scalars(cls.within_sight(select(cls.model.id).where(*live))).all()
        locked = CoreSettings.lock_permissions.of(request.registry)
        readers = holders(request.db, user_ids, cls.read_permission, locked)
        return {(user_id, comment_id) for user_id in readers for comment_id in visible_ids}

    def query(self) -> Select[Any]:
        """The comments on what is above, deleted ones too, with what showing them needs."""
        model = self.model
        return (
            select(model)
            .where(getattr(model, self.subject) == self.__parent__.model.id)
            .options(presented(joinedload(model.user)), named(joinedload(model.editor)))
        )

    def load(self, key: int) -> Any:
        """The comment, if it is live or the caller may restore it."""
        query = self.query().where(self.model.id == key)
        if self.request.method == "PUT":
            # Edits that meet take turns, so that each is told apart from what was there before it.
            query = query.with_for_update(of=self.model)
        comment = self.request.db.scalar(query)
        if comment is None or comment.deleted is None:
            return comment
        return (
            comment
            if self.request.has_permission(self.moderate_permission, self(comment))
            else None
        )
