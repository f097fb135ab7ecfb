"""Views to register, find and show members."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import func, select

from ...interfaces import IRegistrationGate
from ...mail.unconfirmed import TooManyMails
from ...paging import Page, paginate
from ...permissions import USERS_VIEW
from ...request import Request
from ...security import AUTHENTICATED, PUBLIC
from ...serialization import Listing, Prepared
from ..inputs import FindUsersInput, RegisterInput
from ..interfaces import IUser
from ..models import User
from ..profile import own_page, user_page
from ..registration import register_account
from ..reserved import UsernameReserved
from ..resources import Me, UserResource, Users
from ..schemas import FindUsers, Register
from ..services import RegistrationClosed, UsernameTaken


@view_config(
    context=Users,
    request_method="POST",
    permission=PUBLIC,
    schema=Register,
    response=IUser,
    status=201,
    errors=(
        UsernameTaken,
        UsernameReserved,
        RegistrationClosed,
        IRegistrationGate,
        TooManyMails,
    ),
)
def register(context: Users, request: Request[RegisterInput]) -> Any:
    """Register an account, with an invite if the site requires one."""
    return context(register_account(request))


@view_config(
    context=Users,
    request_method="GET",
    permission=USERS_VIEW,
    schema=FindUsers,
    response=Listing(IUser),
)
def find_users(context: Users, request: Request[FindUsersInput]) -> Page:
    """Find members by their names."""
    values = request.validated
    name = func.lower(User.username)
    query = select(User).order_by(name)
    if "username" in values:
        query = query.where(name.startswith(values["username"].lower(), autoescape=True))
    return paginate(request.db, query, values)


@view_config(context=UserResource, request_method="GET", permission=USERS_VIEW, response=IUser)
def view_user(context: UserResource, request: Request) -> Prepared:
    """Show a member."""
    return user_page(request, context)


@view_config(context=Me, request_method="GET", permission=AUTHENTICATED, response=IUser)
def view_me(context: Me, request: Request) -> Prepared:
    """Show the caller."""
    return own_page(request, lambda: context.model)
