"""Voting for requests, filling and unfilling them."""

from __future__ import annotations

from pyramid.view import view_config

from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing, Message
from pulsar.validation import Paging
from pulsar.validation.inputs import PagingInput

from ..errors import (
    AlreadyFilled,
    CreditFull,
    FillerRemoved,
    NotEnoughCredit,
    NotFilled,
    UploaderOnly,
)
from ..inputs import CastVoteInput, FillRequestInput, UnfillRequestInput
from ..interfaces import IRequestVote, ITorrentRequest
from ..models import TorrentRequest
from ..permissions import FILL, UNFILL, VIEW, VOTE
from ..queries import votes
from ..resources import RequestResource
from ..schemas import CastVote, FillRequest, UnfillRequest
from ..services import bounty, filling


@view_config(
    context=RequestResource,
    name="votes",
    request_method="GET",
    permission=VIEW,
    schema=Paging,
    response=Listing(IRequestVote),
)
def list_votes(context: RequestResource, request: Request[PagingInput]) -> Page:
    """List the contributions to a request, the latest vote first."""
    values = request.validated
    return paginate(request.db, votes(context.model.id), values)


@view_config(
    context=RequestResource,
    name="votes",
    request_method="POST",
    permission=VOTE,
    schema=CastVote,
    response=ITorrentRequest,
    errors=(AlreadyFilled, NotEnoughCredit),
)
def vote(context: RequestResource, request: Request[CastVoteInput]) -> TorrentRequest:
    """Add to the bounty of an open request from the caller's upload credit."""
    bounty.vote(request, context.model, request.validated["amount"])
    return context.model


@view_config(
    context=RequestResource,
    name="fill",
    request_method="POST",
    permission=FILL,
    schema=FillRequest,
    response=ITorrentRequest,
    errors=(AlreadyFilled, CreditFull, UploaderOnly),
)
def fill(context: RequestResource, request: Request[FillRequestInput]) -> TorrentRequest:
    """Fill an open request with a torrent, and get its whole bounty.

    By default, only its uploader may use a torrent in the first hour after the upload.
    """
    filling.fill(request, context.model, request.validated["torrent_id"])
    return context.model


@view_config(
    context=RequestResource,
    name="fill",
    request_method="DELETE",
    permission=UNFILL,
    query=UnfillRequest,
    response=Message(),
    errors=(NotFilled, FillerRemoved, CreditFull),
    operation="unfill_request",
)
def unfill(context: RequestResource, request: Request[UnfillRequestInput]) -> str:
    """Open a filled request again, and take the whole bounty back from the filler.

    The part that the filler has already spent becomes a debt, which is paid first from later
    credit. The creator and the filler may do this, too.
    """
    filling.unfill(request, context, request.validated["reason"])
    return f"Request {context.model.id} has been unfilled."
