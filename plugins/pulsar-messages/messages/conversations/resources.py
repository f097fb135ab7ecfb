"""``/messages`` and what is below it. Whose a conversation is, is decided here for all views."""

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
    """The caller is not in the conversation, whether there is one or not."""

    code = "not_a_member"
    message = "You cannot modify a conversation that you are not a member of."


class _Conversations(Collection[Any]):
    """Conversations of the caller; of others for those who may see them."""

    model = Membership
    permission = VIEW
    noun = "PrivateConversation"

    def load(self, key: int) -> Found | None:
        """The conversation as the caller has it, unless they deleted it."""
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
        """Whether the member still sees the conversation."""
        return member.deleted is None or self.request.caller.has(VIEW_DELETED)


@implementer(IConversationResource)
class ConversationResource(Item[Found]):
    """One conversation."""


@implementer(IConversations)
class Conversations(_Conversations):
    """The caller's conversations; what they deleted they may still mark."""

    item = ConversationResource

    def shows(self, member: Membership) -> bool:
        """Whether the member still sees the conversation, or marks it."""
        return self.request.method == "PUT" or super().shows(member)

    def missing(self, name: str) -> NotFound | Forbidden:  # type: ignore[override]
        """The error for a conversation that the caller is not in."""
        return NotAMember() if self.request.method == "PUT" else super().missing(name)


class MembersResource(Item[Found]):
    """``/messages/{id}``: where a conversation's members are added and removed."""


@implementer(IMessages)
class MessagesResource(_Conversations):
    """``/messages``."""

    item = MembersResource

    @property
    def sight(self) -> str:
        """The permission for adding members, or for leaving."""
        return ADD_MULTIPLE if self.request.method == "POST" else VIEW


class Counts(Resource):
    """How many conversations the caller has."""


class Replies(Resource):
    """Where messages are sent to."""


class BlockResource(Item[Block]):
    """A member whom the caller blocks."""

    key = "blocked_id"


class Blocks(Collection[Block]):
    """Whom the caller blocks, by the members' ids."""

    item = BlockResource
    model = Block
    noun = "Block"

    @property
    def sight(self) -> str:
        """The permission for reading, or for removing."""
        return MODIFY if self.request.method == "DELETE" else VIEW

    def load(self, key: int) -> Block | None:
        """The caller's block of the member."""
        query = blocks_of(self.request.caller.user_id)
        return self.request.db.scalar(query.where(Block.blocked_id == key))
