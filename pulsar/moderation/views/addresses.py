"""Views of banned networks and of members' addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pyramid.view import view_config
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from ...classes.rank import Outranked, members_above
from ...db import utcnow
from ...errors import Conflict, Invalid
from ...interfaces import IIPBans, ISiteLog
from ...paging import Page, paginate
from ...permissions import IP_BANS_MODIFY, USERS_VIEW_ADDRESSES
from ...request import Request
from ...serialization import (
    DATETIME,
    INTEGER,
    STRING,
    Listing,
    Message,
    Raw,
    array_of,
    listing_schema,
)
from ...users.addresses import UNRECORDED, UserAddress
from ...users.models import User
from ...validation import Paging
from ...validation.inputs import PagingInput
from ..bans import ends, packed
from ..inputs import BanInput, ListDuplicatesInput
from ..interfaces import IIPBan
from ..models import IPBan
from ..resources import Addresses, DuplicateAddresses, IPBanCollection, IPBanResource
from ..schemas import Ban, ListDuplicates


class AlreadyBanned(Conflict):
    """The network is already banned."""

    code = "already_banned"


_ADDRESS = {"address": STRING, "user_agent": STRING, "first_seen": DATETIME, "last_seen": DATETIME}
_MEMBER = {"type": "object", "properties": {"id": INTEGER, "username": STRING}}
_DUPLICATE = {"address": STRING, "members": array_of(_MEMBER)}
ADDRESSES = Raw(listing_schema("UserAddress", {"type": "object", "properties": _ADDRESS}))
DUPLICATES = Raw(listing_schema("SharedAddress", {"type": "object", "properties": _DUPLICATE}))


@view_config(
    context=IPBanCollection,
    request_method="GET",
    permission=IP_BANS_MODIFY,
    schema=Paging,
    response=Listing(IIPBan),
)
def list_bans(context: IPBanCollection, request: Request[PagingInput]) -> Page:
    """List the banned networks, newest first."""
    query = select(IPBan).options(joinedload(IPBan.staff)).order_by(IPBan.id.desc())
    return paginate(request.db, query, request.validated)


@view_config(
    context=IPBanCollection,
    request_method="POST",
    permission=IP_BANS_MODIFY,
    schema=Ban,
    response=IIPBan,
    status=201,
    errors=(AlreadyBanned,),
)
def ban(context: IPBanCollection, request: Request[BanInput]) -> Any:
    """Ban an address or a network of either family, unless it contains the caller's address."""
    values = request.validated
    network, first, last = ends(values["network"])
    own = packed(request.remote_addr or "")
    if own is not None and first <= own <= last:
        raise Invalid({"network": ["the network contains your own address"]})
    days = values.get("days")
    # An expired ban must not prevent a new one.
    request.db.execute(delete(IPBan).where(IPBan.network == network, IPBan.expires <= utcnow()))
    ban = IPBan(
        network=network,
        first=first,
        last=last,
        staff_id=request.caller.user_id,
        reason=values["reason"],
        expires=utcnow() + timedelta(days=days) if days else None,
    )
    try:
        with request.db.begin_nested():
            request.db.add(ban)
            request.db.flush()
    except IntegrityError as error:
        existing = request.db.scalar(select(IPBan.id).where(IPBan.network == network))
        raise AlreadyBanned(f"{network} is already banned.", existing_id=existing) from error
    _log_change(request, "ip_banned", ban, after=_ban_fields(ban))
    return context(ban)


@view_config(
    context=IPBanResource,
    request_method="GET",
    permission=IP_BANS_MODIFY,
    response=IIPBan,
)
def view_ban(context: IPBanResource, request: Request) -> IPBan:
    """Show a banned network."""
    return context.model


@view_config(
    context=IPBanResource,
    request_method="DELETE",
    permission=IP_BANS_MODIFY,
    response=Message(),
)
def unban(context: IPBanResource, request: Request) -> str:
    """Remove the ban of a network."""
    _log_change(request, "ip_unbanned", context.model, before=_ban_fields(context.model))
    request.db.delete(context.model)
    request.db.flush()
    return f"{context.model.network} is no longer banned."


@view_config(
    context=Addresses,
    request_method="GET",
    permission=USERS_VIEW_ADDRESSES,
    secret=True,
    schema=Paging,
    response=ADDRESSES,
    errors=(Outranked,),
)
def list_addresses(context: Addresses, request: Request[PagingInput]) -> Page:
    """List the addresses of a member, latest first. Members may see their own."""
    query = (
        select(UserAddress)
        .where(UserAddress.user_id == context.user.id)
        .order_by(UserAddress.last_seen.desc(), UserAddress.address)
    )
    page = paginate(request.db, query, request.validated)
    page.items = [{name: getattr(row, name) for name in _ADDRESS} for row in page.items]
    return page


@view_config(
    context=DuplicateAddresses,
    request_method="GET",
    permission=USERS_VIEW_ADDRESSES,
    schema=ListDuplicates,
    response=DUPLICATES,
)
def list_duplicates(context: DuplicateAddresses, request: Request[ListDuplicatesInput]) -> Page:
    """List addresses that several members used, starting with those of the most members.

    IPv6 addresses are listed as their /64, because a customer has at least a /64. Members with
    permissions that the caller lacks are omitted, and so are addresses that only such members used.
    """
    values = request.validated
    members_of_network = func.count(UserAddress.user_id.distinct())
    shared = (
        select(UserAddress.network)
        .where(UserAddress.address != UNRECORDED)
        .group_by(UserAddress.network)
        .having(members_of_network >= values["members"])
    )
    total = request.db.scalar(select(func.count()).select_from(shared.subquery()))
    ordered = shared.order_by(members_of_network.desc(), UserAddress.network)
    networks = request.db.scalars(
        ordered.limit(values["limit"]).offset((values["page"] - 1) * values["limit"])
    ).all()
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = request.db.execute(
        select(UserAddress.network, User.id, User.username)
        .join(User, User.id == UserAddress.user_id)
        .where(UserAddress.network.in_(networks))
        .distinct()
        .order_by(User.id)
    ).all()
    hidden = members_above(request, {user_id for _, user_id, _ in rows}, ranked=False)
    for network, user_id, username in rows:
        if user_id not in hidden:
            members[network].append({"id": user_id, "username": username})
    items = [
        {"address": network, "members": members[network]}
        for network in networks
        if network in members
    ]
    return Page(items, values["limit"], values["page"], total or 0)


def _ban_fields(ban: IPBan) -> dict[str, Any]:
    """Return the fields of a ban for the site log."""
    return {
        "network": ban.network,
        "reason": ban.reason,
        "expires": ban.expires.isoformat() if ban.expires else None,
    }


def _log_change(request: Request, action: str, ban: IPBan, **fields: Mapping[str, Any]) -> None:
    request.find_service(ISiteLog).record(
        request, action, f"{ban.network}: {ban.reason}", target=ban, **fields
    )
    request.find_service(IIPBans).changed(request)
