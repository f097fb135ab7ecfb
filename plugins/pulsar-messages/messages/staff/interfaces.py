"""What is shown of messages to staff, and where others may put something below them."""

from pulsar.interfaces import ICollection, IContent, IItem


class IStaffMessage(IContent):
    """What a member asked staff: a ticket."""


class IOpenStaffMessage(IStaffMessage):
    """A ticket with a part of what was written in it."""


class IStaffMessageReply(IContent):
    """What the member or staff wrote in a ticket."""


class IStaffAnswer(IContent):
    """A canned answer."""


class IStaffMessages(ICollection):
    """``/staff_messages``."""


class IStaffMessageResource(IItem):
    """``/staff_messages/{id}``."""
