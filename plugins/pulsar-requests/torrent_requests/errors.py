"""Errors of requests and bounties."""

from __future__ import annotations

from pulsar.errors import ApiError, Conflict, Forbidden


class NotEnoughCredit(ApiError):
    """The member's upload credit is too low."""

    code = "not_enough_credit"
    message = "Your upload credit does not cover this."


class CreditFull(Conflict):
    """A member's credit or debt would exceed the largest integer that can be stored."""

    code = "credit_full"
    message = "The upload credit of a member cannot take so much."


class AlreadyFilled(Conflict):
    """The operation requires an open request."""

    code = "request_filled"
    message = "The request has been filled."


class NotFilled(Conflict):
    """The operation requires a filled request."""

    code = "request_not_filled"
    message = "The request has not been filled."


class FillerRemoved(Conflict):
    """The account of the filler was removed, so that the bounty cannot be taken back."""

    code = "filler_removed"
    message = (
        "The account of the member who filled the request was removed, "
        "so only staff may open it again."
    )


class UploaderOnly(Forbidden):
    """The torrent is so new that only its uploader may fill requests with it."""

    code = "uploader_only"


class OthersVoted(Forbidden):
    """The creator may not delete the request, because other members have voted for it."""

    code = "others_voted"
    message = "Others have put up credit for the request, so only staff may delete it."
