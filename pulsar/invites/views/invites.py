"""Views that list, send, revoke and grant invites."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...classes.owned import member_id
from ...classes.rank import Outranked
from ...errors import Invalid
from ...mail.unconfirmed import TooManyMails
from ...paging import Page, paginate
from ...permissions import (
    INVITES_GRANT,
    INVITES_REVOKE,
    INVITES_SEND,
    INVITES_VIEW,
    INVITES_VIEW_OTHERS,
)
from ...request import Request
from ...serialization import Listing, Message
from ...users.services import RegistrationClosed
from ..granting import grant_to_class, grant_to_members
from ..inputs import GrantInvitesInput, ListInvitesInput, SendInviteInput
from ..interfaces import IInvite
from ..models import Invite
from ..resources import InviteGrant, InviteResource, Invites
from ..schemas import GrantInvites, ListInvites, SendInvite
from ..services import InvitesDisabled, NoInvites, is_live, revoke, send


@view_config(
    context=Invites,
    request_method="GET",
    permission=INVITES_VIEW,
    schema=ListInvites,
    response=Listing(IInvite),
)
def list_invites(context: Invites, request: Request[ListInvitesInput]) -> Page:
    """List the caller's invites or another member's, newest first."""
    values = request.validated
    query = (
        select(Invite)
        .where(Invite.inviter_id == member_id(request, INVITES_VIEW_OTHERS, secret=False))
        .options(joinedload(Invite.inviter), joinedload(Invite.invitee))
        .order_by(Invite.id.desc())
    )
    if values["used"]:
        query = query.where(Invite.used.is_not(None))
    elif not values["include_dead"]:
        query = query.where(is_live())
    return paginate(request.db, query, values)


@view_config(
    context=Invites,
    request_method="POST",
    permission=INVITES_SEND,
    schema=SendInvite,
    response=IInvite,
    status=201,
    errors=(NoInvites, InvitesDisabled, RegistrationClosed, TooManyMails),
)
def send_invite(context: Invites, request: Request[SendInviteInput]) -> Any:
    """Invite a person by mail, for one of the caller's invites."""
    return context(send(request, request.validated["email"]))


@view_config(
    context=InviteResource,
    request_method="GET",
    permission=INVITES_VIEW,
    response=IInvite,
)
def view_invite(context: InviteResource, request: Request) -> Invite:
    """Show an invite, live or not."""
    return context.model


@view_config(
    context=InviteResource,
    request_method="DELETE",
    permission=INVITES_REVOKE,
    response=IInvite,
)
def revoke_invite(context: InviteResource, request: Request) -> Invite:
    """Revoke a live invite, which is returned to its sender."""
    revoke(request, context.model)
    return context.model


@view_config(
    context=InviteGrant,
    request_method="POST",
    permission=INVITES_GRANT,
    schema=GrantInvites,
    response=Message(),
    errors=(Outranked,),
    operation="grant_invites",
)
def grant(context: InviteGrant, request: Request[GrantInvitesInput]) -> str:
    """Give invites to some members, or to all of a primary class, which rank below the caller."""
    values = request.validated
    if ("user_ids" in values) == ("user_class_id" in values):
        raise Invalid({"user_ids": ["either user_ids or user_class_id is required"]})
    if "user_ids" in values:
        number = grant_to_members(request, values["user_ids"], values["count"])
    else:
        number = grant_to_class(request, values["user_class_id"], values["count"])
    return f"{number} members have been given {values['count']} invites each."
