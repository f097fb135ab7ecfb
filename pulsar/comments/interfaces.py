"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent, IContentEvent


class IComment(IContent):
    """What a member says to something; each plugin's comments provide an interface below this."""


class ICommentCreated(IContentEvent):
    """A comment was written; the model's class says on what."""


class ICommentEdited(IContentEvent):
    """A comment says something else than before."""
