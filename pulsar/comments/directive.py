"""The directive ``config.add_comments``, which registers all that comments on an object need."""

from __future__ import annotations

from typing import Any

from pyramid.exceptions import ConfigurationError
from sqlalchemy import inspect
from zope.interface import Interface

from ..config import Configurator
from ..serialization import Listing, Message
from ..traversal import Collection
from . import views
from .resources import Comments
from .schemas import CreateComment, EditComment, ListComments
from .serializers import CommentSerializer, completed

#: The attributes that a subclass must set.
_NAMES = (
    "model",
    "noun",
    "subject",
    "read_permission",
    "write_permission",
    "moderate_permission",
    "notification_type",
    "log_action",
)


def add_comments(
    config: Configurator,
    comments: type[Comments] | str,
    content: type[Interface],
    *,
    parent: Any,
    title: str,
    serializer: type[CommentSerializer] = CommentSerializer,
) -> None:
    """Directive: let members comment on the objects of ``parent``, at ``comments`` below it.

    ``comments`` is a subclass of :class:`pulsar.comments.Comments`, and ``content`` the interface
    that its model provides, derived from IComment. ``title`` describes the type of notification
    that members get if a comment mentions or quotes them. ``serializer`` adds the fields that
    identify the subject; by default the subject's id is shown. Raises ConfigurationError if the
    subclass lacks a required attribute.
    """
    resource: type[Comments] = config.maybe_dotted(comments)
    parent = config.maybe_dotted(parent)
    require_complete(resource, content)
    item = config.introspectable("pulsar comments", parent, resource.noun, "comments")
    item.update(comments=resource, content=content, parent=parent)
    config.action(("pulsar comments", parent), None, introspectables=(item,))
    config.add_resource("comments", resource, parent=parent)
    config.add_serializer(completed(serializer, resource), content)
    config.add_notification_type(resource.notification_type, title, visible=resource.visible)
    add_views(config, resource, content)


def add_views(config: Configurator, comments: type[Comments], content: type[Interface]) -> None:
    """Register the views with the permissions of these comments."""
    config.add_view(
        views.list_comments,
        context=comments,
        request_method="GET",
        permission=comments.read_permission,
        schema=ListComments,
        response=Listing(content),
    )
    config.add_view(
        views.create,
        context=comments,
        request_method="POST",
        permission=comments.write_permission,
        schema=CreateComment,
        response=content,
        status=201,
        errors=comments.errors,
    )
    config.add_view(
        views.view,
        context=comments.item,
        request_method="GET",
        permission=comments.read_permission,
        response=content,
    )
    config.add_view(
        views.edit,
        context=comments.item,
        request_method="PUT",
        permission=comments.moderate_permission,
        schema=EditComment,
        response=content,
        errors=comments.errors,
    )
    config.add_view(
        views.delete,
        context=comments.item,
        request_method="DELETE",
        permission=comments.moderate_permission,
        response=Message(),
    )
    config.add_view(
        views.restore,
        context=comments.item,
        name="restore",
        request_method="POST",
        permission=comments.moderate_permission,
        response=content,
    )


def require_complete(comments: type[Comments], content: type[Interface]) -> None:
    """Raise ConfigurationError if the subclass lacks a required attribute."""
    missing = [
        name
        for name in _NAMES
        if getattr(comments, name, None) in (None, getattr(Collection, name, None))
    ]
    if missing:
        raise ConfigurationError(f"{comments.__qualname__} does not say {', '.join(missing)}.")
    model = comments.model.__qualname__
    column = inspect(comments.model).columns.get(comments.subject)
    if column is None or len(column.foreign_keys) != 1:
        raise ConfigurationError(f"{model} has no foreign key {comments.subject!r}.")
    if not content.implementedBy(comments.model):
        raise ConfigurationError(f"{model} does not implement {content.__name__}.")
