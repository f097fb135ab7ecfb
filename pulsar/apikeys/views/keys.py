"""Views that list, show and revoke keys."""

from __future__ import annotations

from pyramid.view import view_config
from sqlalchemy import select

from ...classes.owned import OfMember, member_id
from ...classes.rank import Outranked, require_authority
from ...interfaces import ISiteLog
from ...paging import Page, paginate
from ...permissions import (
    API_KEYS_REVOKE,
    API_KEYS_REVOKE_OTHERS,
    API_KEYS_VIEW,
    API_KEYS_VIEW_OTHERS,
)
from ...request import Request
from ...serialization import Listing, Message
from ...users.inputs import OfMemberInput
from ...users.models import User
from ..inputs import ListKeysInput
from ..interfaces import IAPIKey
from ..models import APIKey
from ..resources import APIKeyResource, APIKeys
from ..schemas import ListKeys
from ..services import AlreadyRevoked, is_live, revoke_key, revoke_keys


@view_config(
    context=APIKeys,
    request_method="GET",
    permission=API_KEYS_VIEW,
    schema=ListKeys,
    response=Listing(IAPIKey),
)
def list_keys(context: APIKeys, request: Request[ListKeysInput]) -> Page:
    """List the caller's keys or another member's, newest first."""
    values = request.validated
    user_id = member_id(request, API_KEYS_VIEW_OTHERS)
    query = select(APIKey).where(APIKey.user_id == user_id).order_by(APIKey.id.desc())
    if not values["include_dead"]:
        query = query.where(is_live())
    return paginate(request.db, query, values)


@view_config(
    context=APIKeyResource,
    request_method="GET",
    permission=API_KEYS_VIEW,
    secret=True,
    response=IAPIKey,
    errors=(Outranked,),
)
def view_key(context: APIKeyResource, request: Request) -> APIKey:
    """Show a key, live or revoked."""
    return context.model


@view_config(
    context=APIKeyResource,
    request_method="DELETE",
    permission=API_KEYS_REVOKE,
    response=Message(),
    errors=(AlreadyRevoked, Outranked),
)
def revoke_one(context: APIKeyResource, request: Request) -> str:
    """Revoke a key, which ends immediately."""
    key = context.model
    _allow(request, key.user_id, key.hash)
    revoke_key(request, key)
    return f"APIKey {key.hash} has been revoked."


@view_config(
    context=APIKeys,
    request_method="DELETE",
    permission=API_KEYS_REVOKE,
    query=OfMember,
    response=Message(),
    operation="delete_api_keys",
)
def revoke_all(context: APIKeys, request: Request[OfMemberInput]) -> str:
    """Revoke all of the caller's keys, including this one, or all of another member's."""
    user_id = member_id(request, API_KEYS_REVOKE_OTHERS)
    _allow(request, user_id, "all")
    revoke_keys(request, user_id)
    return "All api keys have been revoked."


def _allow(request: Request, user_id: int, which: str) -> None:
    """Record actions on other members, who must be below the caller. Raises Outranked."""
    if user_id == request.caller.user_id:
        return
    require_authority(request, user_id)
    user = request.db.get_one(User, user_id)
    request.find_service(ISiteLog).record(
        request, "api_keys_revoked", f"{user.username}: {which}", target=user
    )
