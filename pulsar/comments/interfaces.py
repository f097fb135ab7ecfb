"""The content and the events of comments."""

from __future__ import annotations

from ..interfaces import IContent, IContentEvent


class IComment(IContent):
    """A comment on an object. The interfaces of each plugin's comments derive from this one."""


class ICommentCreated(IContentEvent):
    """A comment was written. The class of the model determines the kind of object it is on."""


class ICommentEdited(IContentEvent):
    """The text of a comment was edited."""
