"""Events of forums."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from pulsar.request import Request

from .interfaces import IPostCreated, IPostDeleted, IPostEdited, IPostRestored, IThreadCreated
from .models import Post, Thread


@implementer(IThreadCreated)
@dataclass(frozen=True, slots=True)
class ThreadCreated:
    """A thread was created."""

    request: Request
    model: Thread


@dataclass(frozen=True, slots=True)
class _PostEvent:
    request: Request
    model: Post


@implementer(IPostCreated)
class PostCreated(_PostEvent):
    """A post was written."""


@implementer(IPostEdited)
class PostEdited(_PostEvent):
    """A post was edited, possibly by merging another post of its author into it."""


@implementer(IPostDeleted)
class PostDeleted(_PostEvent):
    """A post was deleted."""


@implementer(IPostRestored)
class PostRestored(_PostEvent):
    """A post's deletion was undone."""
