"""Fixtures of a plugin with comments on things, with and without overridden methods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pyramid.config import Configurator
from sqlalchemy import Boolean, ForeignKey, Index, Integer, Select, String, inspect, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from zope.interface import implementer

from pulsar import comments
from pulsar.comments import CommentColumns, CommentsClosed, CommentSerializer
from pulsar.comments.interfaces import IComment
from pulsar.db import Base, PrimaryKey
from pulsar.interfaces import IContent, IRoot
from pulsar.serialization import STRING, Field
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.traversal import Collection, Item

MEMBER = ("things_view", "things_comment")
MODERATOR = ("things_view", "things_comments_modify")


class IThing(IContent):
    """An object to comment on."""


class IThingComment(IComment):
    """A comment on a thing."""


@implementer(IThing)
class Thing(Base):
    """An object to comment on. ``hidden`` and ``deleted`` matter only for notifications."""

    __tablename__ = "things"

    id: Mapped[PrimaryKey]
    title: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    comment_count: Mapped[int] = mapped_column(Integer, default=0)
    deleted: Mapped[datetime | None]


@implementer(IThingComment)
class ThingComment(CommentColumns, Base):
    """A comment on a thing."""

    __tablename__ = "things_comments"
    __table_args__ = (Index("ix_things_comments_thing_id_id", "thing_id", "id"),)

    thing_id: Mapped[int] = mapped_column(ForeignKey("things.id", ondelete="CASCADE"))


TABLES = [inspect(model).local_table for model in (Thing, ThingComment)]
for table in TABLES:
    # Other tests read all tables of the metadata from the databases.
    Base.metadata.remove(table)


class ThingResource(Item):
    """A thing."""

    model: Thing


class Things(Collection):
    """All things."""

    item = ThingResource
    model = Thing
    read_permission = "things_view"
    noun = "Thing"


class PlainComments(comments.Comments):
    """Comments on things, without overrides."""

    model = ThingComment
    noun = "ThingComment"
    subject = "thing_id"
    read_permission = "things_view"
    write_permission = "things_comment"
    moderate_permission = "things_comments_modify"
    notification_type = "things_mentioned"
    log_action = "thing_comment"


class ThingComments(PlainComments):
    """Comments on things, which override everything."""

    __parent__: ThingResource

    errors = (CommentsClosed,)

    @property
    def is_open(self) -> bool:
        """The thing decides."""
        return self.__parent__.model.is_open

    def count(self, number: int) -> None:
        """Change the thing's number of comments."""
        more = Thing.comment_count + number
        of_thing = update(Thing).where(Thing.id == self.__parent__.model.id)
        self.request.db.execute(of_thing.values(comment_count=more))

    def about(self) -> str:
        """Return the title."""
        return self.__parent__.model.title

    def summary(self, comment: ThingComment) -> dict[str, Any]:
        """Return the summary with the title."""
        return {"title": self.__parent__.model.title, **super().summary(comment)}

    def concerned(self, comment: ThingComment) -> dict[str, set[int]]:
        """Return the owner."""
        return {"things_commented": {self.__parent__.model.owner_id}}

    @classmethod
    def within_sight(cls, query: Select[Any]) -> Select[Any]:
        """Exclude comments on hidden things."""
        return query.join(Thing, Thing.id == ThingComment.thing_id).where(~Thing.hidden)


class ThingCommentSerializer(CommentSerializer):
    """A comment with the title of its thing."""

    title = Field(STRING, lambda request, comment: request.db.get(Thing, comment.thing_id).title)


def with_things(config: Configurator) -> None:
    """Include things, and the permissions for them."""
    config.add_resource("things", Things, parent=IRoot)
    config.add_permission("things_view", "See things.")
    config.add_permission("things_comment", "Comment on things.")
    config.add_permission("things_comments_modify", "Moderate comments on things.")


def with_plain_comments(config: Configurator) -> None:
    """Include a plugin that has comments with a model, a class and one line."""
    with_things(config)
    config.add_comments(PlainComments, IThingComment, parent=ThingResource, title="A mention.")


def with_comments(config: Configurator) -> None:
    """Include a plugin that overrides everything."""
    with_things(config)
    config.add_notification_type("things_commented", "Yours.", visible=ThingComments.visible)
    config.add_comments(
        ThingComments,
        IThingComment,
        parent=ThingResource,
        title="A mention.",
        serializer=ThingCommentSerializer,
    )


@pytest.fixture
def plugin() -> Any:
    """The modules of a separate site."""
    return SimpleNamespace(Thing=Thing, TABLES=TABLES, with_comments=with_comments)


@pytest.fixture
def tables(connection: Any, db: Session) -> None:
    """The plugin's tables, during the test."""
    for table in TABLES:
        table.create(connection)


@pytest.fixture
def plain(lab: Any, tables: None) -> Client:
    """A client of the core with comments without overrides."""
    site: Client = lab(with_plain_comments)
    return site


@pytest.fixture
def site(lab: Any, tables: None) -> Client:
    """A client of the core with comments that override everything."""
    site: Client = lab(with_comments)
    return site


@pytest.fixture
def join(site: Client, factory: Factory) -> Callable[..., Client]:
    """``join("ann")``: a client with the key of a new member who may comment."""

    def make(name: str | None = None, *scope: str, grants: Any = MEMBER, **kwargs: Any) -> Client:
        return site.as_key(factory.key(factory.user(name, grants=grants, **kwargs), *scope))

    return make


@pytest.fixture
def ann(join: Callable[..., Client]) -> Client:
    """A member."""
    return join("ann")


@pytest.fixture
def bob(join: Callable[..., Client]) -> Client:
    """Another member."""
    return join("bob")


@pytest.fixture
def moderator(join: Callable[..., Client]) -> Client:
    """A member who moderates, but cannot write comments."""
    return join("moderator", grants=MODERATOR)


@pytest.fixture
def owner(join: Callable[..., Client]) -> Client:
    """The owner of the thing."""
    return join("owner")


@pytest.fixture
def thing(db: Session, tables: None, owner: Client) -> Thing:
    """A thing of the owner."""
    owner_id = owner.get("/users/me", status=200).json["response"]["id"]
    thing = Thing(title="A thing", owner_id=owner_id)
    db.add(thing)
    db.commit()
    return thing


@pytest.fixture
def path(thing: Thing) -> str:
    """The path of the comments on the thing."""
    return f"/things/{thing.id}/comments"


@pytest.fixture
def say(path: str) -> Callable[..., Any]:
    """``say(ann, "Hello.")``: write a comment, and return the response."""

    def send(client: Client, contents: str = "A comment.", **more: str) -> Any:
        return client.post(path, {"contents": contents, **more}, status=201).json["response"]

    return send


@pytest.fixture
def place(path: str, say: Callable[..., Any], ann: Client) -> str:
    """The path of a comment of ann's."""
    return f"{path}/{say(ann)['id']}"


@pytest.fixture
def change(db: Session, thing: Thing) -> Callable[..., None]:
    """``change(hidden=True)``: change the thing."""

    def make(**values: Any) -> None:
        db.execute(update(Thing).values(**values))
        db.commit()

    return make


@pytest.fixture
def logged(db: Session) -> Callable[[], list[tuple[Any, ...]]]:
    """``logged()``: action, summary, before and after of the site log's entries."""
    columns = (LogEntry.action, LogEntry.summary, LogEntry.before, LogEntry.after)
    query = select(*columns).order_by(LogEntry.id)
    return lambda: [tuple(row) for row in db.execute(query)]


@pytest.fixture
def counted(db: Session) -> Callable[[], int]:
    """``counted()``: the thing's number of live comments."""
    return lambda: db.scalars(select(Thing.comment_count)).one()
