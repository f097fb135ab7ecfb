"""Views for emergencies that end all credentials of a member or of all members."""

from __future__ import annotations

from pyramid.view import view_config

from ...classes.rank import Outranked
from ...permissions import USERS_MODERATE
from ...request import Request
from ...security.permissions import GOD_MODE
from ...serialization import Message
from ..credentials import end_all_credentials, end_credentials
from ..resources import SiteCredentials, UserCredentials


@view_config(
    context=UserCredentials,
    request_method="DELETE",
    permission=USERS_MODERATE,
    response=Message(),
    errors=(Outranked,),
    operation="end_user_credentials",
)
def end_of_user(context: UserCredentials, request: Request) -> str:
    """End the API keys, feed key, passkey and mailed tokens of a member or of the caller.

    The password and second factor stay valid, so that the member can log in again.
    """
    end_credentials(request, context.__parent__.model)
    return "All credentials have ended."


@view_config(
    context=SiteCredentials,
    request_method="DELETE",
    permission=GOD_MODE,
    response=Message(),
    operation="end_all_credentials",
)
def end_of_site(context: SiteCredentials, request: Request) -> str:
    """End all API keys, feed keys, passkeys and mailed tokens, including those of the caller."""
    end_all_credentials(request)
    return "All credentials of all members have ended."
