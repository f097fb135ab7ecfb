"""``/messages`` and the resources below it, which find the conversations a caller may see."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from pulsar.errors import Forbidden, NotFound
from pulsar.traversal import Collection, Item, Resource

from .interfaces import IConversationResource, IConversations, IMessages
from .models import Block, Membership
from .overseen import Overseen
from .permissions import ADD_MULTIPLE, MODIFY, VIEW, VIEW_DELETED, VIEW_OTHERS
from .queries import blocks_of, conversation, conversations_of

Found = Membership | Overseen


class NotAMember(Forbidden):
    """The caller is not a member of the conversation, or it does not exist."""

    code = "not_a_member"
    message = "You cannot modify a conversation that you are not a member of."


class _Conversations(Collection[Any]):
    """The caller's conversations, and those of others for holders of `messages_view_others`."""

    model = Membership
    permission = VIEW
    noun = "PrivateConversation"

    def load(self, key: int) -> Found | None:
        """Return the caller's conversation unless they deleted it, or another one for staff."""
        identity, session = self.request.caller, self.request.db
        query = conversations_of(identity.user_id)
        member = session.scalar(query.where(Membership.conversation_id == key))
        if member is not None and self.shows(member):
            return member
        if not identity.has(VIEW_OTHERS):
            return None
        other = conversation(session, key)
        return member or (Overseen(other) if other is not None else None)

    def shows(self, member: Membership) -> bool:
        """Return whether the member has not deleted the conversation, or may see deleted ones."""
        return member.deleted is None or self.request.caller.has(VIEW_DELETED)


@implementer(IConversationResource)
class ConversationResource(Item[Found]):
    """One conversation."""


@implementer(IConversations)
class Conversations(_Conversations):
    """The caller's conversations. Members can mark conversations that they have deleted."""

    item = ConversationResource

    def shows(self, member: Membership) -> bool:
        """Return whether the conversation is visible to its member, or the request marks it."""
        return self.request.method == "PUT" or super().shows(member)

    def missing(self, name: str) -> NotFound | Forbidden:  # type: ignore[override]
        """Return NotAMember for marks, so that missing and others' conversations look alike."""
        return NotAMember() if self.request.method == "PUT" else super().missing(name)


class MembersResource(Item[Found]):
    """``/messages/{id}``, for adding and removing members."""


@implementer(IMessages)
class MessagesResource(_Conversations):
    """``/messages``."""

    item = MembersResource

    @property
    def sight(self) -> str:
        """The permission for adding members (POST) or for leaving."""
        return ADD_MULTIPLE if self.request.method == "POST" else VIEW


class Counts(Resource):
    """``/messages/counts``."""


class Replies(Resource):
    """``/messages/replies``."""


class BlockResource(Item[Block]):
    """A member whom the caller blocks."""

    key = "blocked_id"


class Blocks(Collection[Block]):
    """The caller's blocks, by the blocked member's id."""

    item = BlockResource
    model = Block
    noun = "Block"

    @property
    def sight(self) -> str:
        """The permission for removing a block (DELETE) or for reading."""
        return MODIFY if self.request.method == "DELETE" else VIEW

    def load(self, key: int) -> Block | None:
        query = blocks_of(self.request.caller.user_id)
        return self.request.db.scalar(query.where(Block.blocked_id == key))
