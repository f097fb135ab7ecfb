"""What happens to news."""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.request import Request
from zope.interface import implementer

from .interfaces import ICommentCreated, ICommentEdited, INewsPublished
from .models import Comment, Entry


@implementer(INewsPublished)
@dataclass(frozen=True, slots=True)
class NewsPublished:
    """An entry's time has come."""

    request: Request
    model: Entry


@implementer(ICommentCreated)
@dataclass(frozen=True, slots=True)
class CommentCreated:
    """A comment was written."""

    request: Request
    model: Comment


@implementer(ICommentEdited)
@dataclass(frozen=True, slots=True)
class CommentEdited:
    """A comment was edited."""

    request: Request
    model: Comment
