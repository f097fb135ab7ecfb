"""Registering and looking at members."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from ...errors import ApiError
from ...interfaces import IUser
from ...security import AUTHENTICATED, PUBLIC
from ..models import User
from ..profile import profile
from ..resources import Me, UserResource, Users
from ..schemas import Register
from ..services import UsernameTaken, create_user, hash_password


class RegistrationClosed(ApiError):
    """The operator lets nobody in."""

    status = 403
    code = "registration_closed"
    message = "Registration is closed."


@view_config(
    context=Users,
    request_method="POST",
    permission=PUBLIC,
    schema=Register,
    response=IUser,
    status=201,
    errors=(UsernameTaken, RegistrationClosed),
)
def register(context: Users, request: Request) -> Any:
    """Register an account."""
    if request.registry.settings["pulsar.registration"] != "open":
        raise RegistrationClosed
    wanted = request.validated
    user = create_user(
        request.registry,
        request.db,
        username=wanted["username"],
        passhash=hash_password(request.registry, wanted["password"]),
        email=wanted["email"],
        request=request,
    )
    return context(user)


@view_config(context=UserResource, request_method="GET", permission="users_view", response=IUser)
def view_user(context: UserResource, request: Request) -> User:
    """Show a member."""
    return context.model


@view_config(context=Me, request_method="GET", permission=AUTHENTICATED, response=IUser)
def view_me(context: Me, request: Request) -> Any:
    """Show the caller."""
    return profile(request, lambda: context.model)
