"""Input of the endpoints of requests."""

from __future__ import annotations

from pulsar.text import Format
from pulsar.validation import (
    Boolean,
    Choice,
    Integer,
    ListOf,
    Schema,
    String,
    TextPaging,
    not_blank,
)
from pulsar.validation.nodes import StringType, field
from torrents.schemas import Title, tags

#: The maximum of one contribution, in bytes.
MAX_AMOUNT = 2**62
MAX_TEXT = 65_536


class CreateRequest(Schema):
    """A new request."""

    example = {
        "title": "Demo Live CD 3",
        "category": "other",
        "description": "The release of this year.",
        "tags": "linux, iso",
        "bounty": 262144000,
    }

    title = Title(required=True)
    category = String(1, 32, required=True, description="See GET /torrents/categories.")
    description = String(1, MAX_TEXT, not_blank, required=True)
    format = Format()
    tags = field(StringType(), tags, default="", description="Comma separated.")
    bounty = Integer(1, MAX_AMOUNT, required=True, description="Bytes of upload credit.")


class EditRequest(Schema):
    """Changes to a request; missing values stay as they are."""

    example = {"description": "The release of this year, for ARM."}

    title = Title()
    category = String(1, 32)
    description = String(1, MAX_TEXT, not_blank)
    format = Format(edits=True)
    tags = field(StringType(), tags, description="Comma separated; replaces what was there.")


class DeleteRequest(Schema):
    """The reason for deleting a request, and the decision about its bounty."""

    reason = String(0, 1_000, default="", description="Required for what others made.")
    bounty = Choice(
        "refund",
        "keep",
        description="What becomes of the bounty of a filled request, where it is required: members "
        "get back what they put up, or the member who filled it keeps it.",
    )


class ListRequests(TextPaging):
    """The filters and the order of a list of requests."""

    q = String(0, 255, description="Words in title, tags and description, like for torrents.")
    category = String(1, 32)
    tag = ListOf(
        String(1, 32), 16, description="Repeat it for several, all of which must be there."
    )
    filled = Boolean(description="Without it those filled long ago are left out.")
    user_id = Integer(1, description="Those that this member made.")
    voted = Boolean(description="Whether the caller voted for them.")
    bookmarked = Boolean(description="Whether the caller bookmarked them.")
    order_by = Choice("created", "bounty", "votes", "last_vote", "title", default="created")
    order_way = Choice("asc", "desc", default="desc")


class CastVote(Schema):
    """A contribution to the bounty of a request."""

    example = {"amount": 104857600}

    amount = Integer(1, MAX_AMOUNT, required=True, description="Bytes of upload credit.")


class FillRequest(Schema):
    """The torrent that fills a request."""

    example = {"torrent_id": 1}

    torrent_id = Integer(1, required=True)


class UnfillRequest(Schema):
    """The reason for unfilling a request."""

    reason = String(1, 1_000, not_blank, required=True)
