"""Sending, listing and revoking invites."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...classes.owned import member_id
from ...classes.rank import Outranked
from ...errors import Invalid
from ...mail.strangers import TooManyMails
from ...paging import Page, paginate
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
    permission="invites_view",
    schema=ListInvites,
    response=Listing(IInvite),
)
def list_invites(context: Invites, request: Request[ListInvitesInput]) -> Page:
    """List the caller's invites or another member's, newest first."""
    wanted = request.validated
    query = (
        select(Invite)
        .where(Invite.inviter_id == member_id(request, "invites_view_others", secret=False))
        .options(joinedload(Invite.inviter), joinedload(Invite.invitee))
        .order_by(Invite.id.desc())
    )
    if wanted["used"]:
        query = query.where(Invite.used.is_not(None))
    elif not wanted["include_dead"]:
        query = query.where(is_live())
    return paginate(request.db, query, wanted)


@view_config(
    context=Invites,
    request_method="POST",
    permission="invites_send",
    schema=SendInvite,
    response=IInvite,
    status=201,
    errors=(NoInvites, InvitesDisabled, RegistrationClosed, TooManyMails),
)
def send_invite(context: Invites, request: Request[SendInviteInput]) -> Any:
    """Invite somebody by mail; it takes one of the caller's invites."""
    return context(send(request, request.validated["email"]))


@view_config(
    context=InviteResource,
    request_method="GET",
    permission="invites_view",
    response=IInvite,
)
def view_invite(context: InviteResource, request: Request) -> Invite:
    """Show an invite, also a dead one."""
    return context.model


@view_config(
    context=InviteResource,
    request_method="DELETE",
    permission="invites_revoke",
    response=IInvite,
)
def revoke_invite(context: InviteResource, request: Request) -> Invite:
    """Take a live invite back; who sent it has one more again."""
    revoke(request, context.model)
    return context.model


@view_config(
    context=InviteGrant,
    request_method="POST",
    permission="invites_grant",
    schema=GrantInvites,
    response=Message(),
    errors=(Outranked,),
    operation="grant_invites",
)
def grant(context: InviteGrant, request: Request[GrantInvitesInput]) -> str:
    """Give invites to some members, or to all of a primary class, who rank below the caller."""
    wanted = request.validated
    if ("user_ids" in wanted) == ("user_class_id" in wanted):
        raise Invalid({"user_ids": ["either user_ids or user_class_id is required"]})
    if "user_ids" in wanted:
        number = grant_to_members(request, wanted["user_ids"], wanted["count"])
    else:
        number = grant_to_class(request, wanted["user_class_id"], wanted["count"])
    return f"{number} members have been given {wanted['count']} invites each."
