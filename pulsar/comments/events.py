"""Events of comments."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from ..request import Request
from .interfaces import ICommentCreated, ICommentEdited
from .models import CommentColumns


@implementer(ICommentCreated)
@dataclass(frozen=True, slots=True)
class CommentCreated:
    """A comment was written."""

    request: Request
    model: CommentColumns


@implementer(ICommentEdited)
@dataclass(frozen=True, slots=True)
class CommentEdited:
    """A comment was edited."""

    request: Request
    model: CommentColumns
