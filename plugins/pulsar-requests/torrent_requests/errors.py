"""What stands in the way of a bounty."""

from __future__ import annotations

from pulsar.errors import ApiError, Conflict, Forbidden


class NotEnoughCredit(ApiError):
    """The member's upload credit does not cover it."""

    code = "not_enough_credit"
    message = "Your upload credit does not cover this."


class CreditFull(Conflict):
    """A member's credit would grow beyond what is counted."""

    code = "credit_full"
    message = "The upload credit of a member cannot take so much."


class AlreadyFilled(Conflict):
    """It is possible on open requests only."""

    code = "request_filled"
    message = "The request has been filled."


class NotFilled(Conflict):
    """It is possible on filled requests only."""

    code = "request_not_filled"
    message = "The request has not been filled."


class FillerRemoved(Conflict):
    """Nobody is left to take the bounty from."""

    code = "filler_removed"
    message = (
        "The account of the member who filled the request was removed, "
        "so only staff may open it again."
    )


class UploaderOnly(Forbidden):
    """For a while a new torrent fills requests for its uploader alone."""

    code = "uploader_only"


class OthersVoted(Forbidden):
    """Members delete their own requests while the bounty is their own."""

    code = "others_voted"
    message = "Others have put up credit for the request, so only staff may delete it."
