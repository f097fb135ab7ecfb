"""What is shown of conversations, and where others may put something below them."""

from pulsar.interfaces import ICollection, IContent, IItem


class IPrivateConversation(IContent):
    """A conversation as one member has it."""


class IOpenConversation(IPrivateConversation):
    """A conversation with a part of its messages."""


class IPrivateMessage(IContent):
    """What somebody wrote in a conversation."""


class IMessageBlock(IContent):
    """A member from whom another one wants no messages."""


class IMessages(ICollection):
    """``/messages``."""


class IConversations(ICollection):
    """``/messages/conversations``."""


class IConversationResource(IItem):
    """``/messages/conversations/{id}``."""
