"""Input of the endpoints of messages to staff."""

from __future__ import annotations

from pulsar.text import Format
from pulsar.validation import Boolean, Choice, Integer, Nullable, Paging, Schema, String, not_blank

from ..nodes import Contents, Topic
from .models import MAX_NAME, STATUSES


class ListTickets(Paging):
    """The filters of a list of tickets; all but ``status`` and ``own`` are for handlers."""

    status = Choice(*STATUSES)
    own = Boolean(description="Only one's own.")
    assigned_to = Integer(1, description="A member's id.")
    assigned_class = Integer(1, description="A class's id.")
    unassigned = Boolean(description="Only what nobody has, or only what somebody has.")


class MakeTicket(Schema):
    """A new ticket."""

    example = {"topic": "My ratio", "message": "Yesterday's upload is missing.", "format": "bbcode"}

    topic = Topic(required=True)
    message = Contents(required=True)
    format = Format()


class ReadTicket(Schema):
    """The part of a ticket's messages to show."""

    after = Integer(1, description="Later than the one with this id.")
    limit = Integer(1, 100, default=50)


class ReplyToTicket(Schema):
    """A reply in a ticket."""

    example = {"message": "We look into it.", "internal": False}

    message = Contents(required=True)
    format = Format()
    internal = Boolean(default=False, description="For those who handle it only.")


class EditTicket(Schema):
    """The assignee, class and status of a ticket."""

    example = {"assigned_to": 2}

    status = Choice(*STATUSES)
    assigned_to = Nullable(Integer(1), description="The id of somebody who handles tickets.")
    assigned_class = Nullable(Integer(1), description="A class's id.")


class MakeAnswer(Schema):
    """A canned answer."""

    example = {
        "name": "Lost password",
        "contents": "Use the link on the login page.",
        "format": "bbcode",
    }

    name = String(1, MAX_NAME, not_blank, required=True)
    contents = Contents(required=True)
    format = Format()


class EditAnswer(Schema):
    """Changes to a canned answer."""

    example = {"contents": "Use the link below the login form."}

    name = String(1, MAX_NAME, not_blank)
    contents = Contents()
    format = Format(edits=True)
