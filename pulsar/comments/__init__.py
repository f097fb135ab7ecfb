"""Comments on the objects of plugins."""

from __future__ import annotations

from ..config import Configurator
from .directive import add_comments
from .errors import CommentsClosed
from .models import CommentColumns
from .resources import CommentResource, Comments
from .serializers import CommentSerializer

__all__ = [
    "CommentColumns",
    "CommentResource",
    "CommentSerializer",
    "Comments",
    "CommentsClosed",
]


def includeme(config: Configurator) -> None:
    config.add_directive("add_comments", add_comments)
