"""Conversations, their messages and blocks as content, and the resources below ``/messages``."""

from pulsar.interfaces import ICollection, IContent, IItem


class IPrivateConversation(IContent):
    """A conversation with the marks of one member."""


class IOpenConversation(IPrivateConversation):
    """A conversation with a page of its messages."""


class IPrivateMessage(IContent):
    """A message in a conversation."""


class IMessageBlock(IContent):
    """A block: a member from whom another one accepts no messages."""


class IMessages(ICollection):
    """``/messages``."""


class IConversations(ICollection):
    """``/messages/conversations``."""


class IConversationResource(IItem):
    """``/messages/conversations/{id}``."""
