"""Looking at keys, and revoking them."""

from __future__ import annotations

from pyramid.view import view_config
from sqlalchemy import select

from ...classes.owned import OfMember, member_id
from ...classes.rank import Outranked, require_authority
from ...interfaces import ISiteLog
from ...paging import Page, paginate
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
    permission="api_keys_view",
    schema=ListKeys,
    response=Listing(IAPIKey),
)
def list_keys(context: APIKeys, request: Request[ListKeysInput]) -> Page:
    """List the caller's keys or another member's, newest first."""
    wanted = request.validated
    user_id = member_id(request, "api_keys_view_others")
    query = select(APIKey).where(APIKey.user_id == user_id).order_by(APIKey.id.desc())
    if not wanted["include_dead"]:
        query = query.where(is_live())
    return paginate(request.db, query, wanted)


@view_config(
    context=APIKeyResource,
    request_method="GET",
    permission="api_keys_view",
    secret=True,
    response=IAPIKey,
    errors=(Outranked,),
)
def view_key(context: APIKeyResource, request: Request) -> APIKey:
    """Show a key, also one that was revoked."""
    return context.model


@view_config(
    context=APIKeyResource,
    request_method="DELETE",
    permission="api_keys_revoke",
    response=Message(),
    errors=(AlreadyRevoked, Outranked),
)
def revoke_one(context: APIKeyResource, request: Request) -> str:
    """Revoke a key; it ends at once."""
    key = context.model
    _allow(request, key.user_id, key.hash)
    revoke_key(request, key)
    return f"APIKey {key.hash} has been revoked."


@view_config(
    context=APIKeys,
    request_method="DELETE",
    permission="api_keys_revoke",
    query=OfMember,
    response=Message(),
    operation="delete_api_keys",
)
def revoke_all(context: APIKeys, request: Request[OfMemberInput]) -> str:
    """Revoke all of the caller's keys, this one too, or all of another member's."""
    user_id = member_id(request, "api_keys_revoke_others")
    _allow(request, user_id, "all")
    revoke_keys(request, user_id)
    return "All api keys have been revoked."


def _allow(request: Request, user_id: int, which: str) -> None:
    """Log what is done to others, who must be below the caller. Raises Outranked."""
    if user_id == request.caller.user_id:
        return
    require_authority(request, user_id)
    user = request.db.get_one(User, user_id)
    request.find_service(ISiteLog).record(
        request, "api_keys_revoked", f"{user.username}: {which}", target=user
    )
