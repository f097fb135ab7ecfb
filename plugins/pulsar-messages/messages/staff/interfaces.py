"""Messages to staff as content, and the resources below ``/staff_messages``."""

from pulsar.interfaces import ICollection, IContent, IItem


class IStaffMessage(IContent):
    """A ticket: a member's message to staff."""


class IOpenStaffMessage(IStaffMessage):
    """A ticket with a page of its messages."""


class IStaffMessageReply(IContent):
    """A message of the member or of staff in a ticket."""


class IStaffAnswer(IContent):
    """A canned answer."""


class IStaffMessages(ICollection):
    """``/staff_messages``."""


class IStaffMessageResource(IItem):
    """``/staff_messages/{id}``."""
