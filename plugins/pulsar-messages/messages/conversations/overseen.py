"""Conversations as staff outside them see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from zope.interface import implementer

from .interfaces import IPrivateConversation
from .models import Conversation


@implementer(IPrivateConversation)
@dataclass(frozen=True, slots=True)
class Overseen:
    """A conversation of which the caller is not a member, with the marks of one that was read."""

    conversation: Conversation

    read: ClassVar[bool] = True
    starred: ClassVar[bool] = False
    deleted: ClassVar[None] = None
    last_response_time: ClassVar[datetime | None] = None

    @property
    def id(self) -> int:
        return self.conversation.id
