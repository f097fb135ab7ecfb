"""Listing, creating, showing, editing and deleting requests."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.paging import Page, paginate_texts
from pulsar.request import Request
from pulsar.serialization import Listing, Message

from ..errors import AlreadyFilled, CreditFull, FillerRemoved, NotEnoughCredit, OthersVoted
from ..inputs import CreateRequestInput, DeleteRequestInput, EditRequestInput, ListRequestsInput
from ..interfaces import ITorrentRequest
from ..models import TorrentRequest
from ..permissions import CREATE, DELETE, MODIFY, VIEW
from ..queries import listing
from ..resources import RequestResource, Requests
from ..schemas import CreateRequest, DeleteRequest, EditRequest, ListRequests
from ..services import lifecycle


@view_config(
    context=Requests,
    request_method="GET",
    permission=VIEW,
    schema=ListRequests,
    response=Listing(ITorrentRequest),
)
def list_requests(context: Requests, request: Request[ListRequestsInput]) -> Page:
    """List and search requests, newest first.

    By default, requests that were filled more than 7 days ago are listed only if ``filled`` is
    given.
    """
    values = request.validated
    return paginate_texts(request.db, listing(request, values), values)


@view_config(
    context=Requests,
    request_method="POST",
    permission=CREATE,
    schema=CreateRequest,
    response=ITorrentRequest,
    status=201,
    errors=(NotEnoughCredit,),
)
def create_request(context: Requests, request: Request[CreateRequestInput]) -> Any:
    """Create a request with a bounty from the caller's upload credit."""
    return context(lifecycle.create(request, request.validated))


@view_config(
    context=RequestResource,
    request_method="GET",
    permission=VIEW,
    response=ITorrentRequest,
)
def view_request(context: RequestResource, request: Request) -> TorrentRequest:
    """Show a request."""
    return context.model


@view_config(
    context=RequestResource,
    request_method="PUT",
    permission=MODIFY,
    schema=EditRequest,
    response=ITorrentRequest,
    errors=(AlreadyFilled,),
)
def edit_request(context: RequestResource, request: Request[EditRequestInput]) -> TorrentRequest:
    """Edit a request. Its creator may edit it while it is open."""
    lifecycle.edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=RequestResource,
    request_method="DELETE",
    permission=DELETE,
    query=DeleteRequest,
    response=Message(),
    errors=(AlreadyFilled, CreditFull, FillerRemoved, OthersVoted),
)
def delete_request(context: RequestResource, request: Request[DeleteRequestInput]) -> str:
    """Delete a request, and return the contributions to its bounty.

    Its creator may delete it while it is open and nobody else has voted. Taxes are not returned.
    For a filled request, staff decide about the bounty.
    """
    values = request.validated
    lifecycle.delete(request, context.model, values["reason"], values.get("bounty"))
    return f"Request {context.model.id} has been deleted."
