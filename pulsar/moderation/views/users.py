"""Views that change members."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...classes.effective import class_permissions, effective_permissions
from ...classes.models import UserClass
from ...classes.rank import (
    Outranked,
    require_authority,
    require_class_held,
    require_outranked,
)
from ...errors import Refused
from ...paging import Page, paginate
from ...permissions import USERS_CHANGE_CLASS, USERS_DISABLE, USERS_MODERATE
from ...request import Request
from ...serialization import STRING, Listing, Raw, array_of
from ...settings import CoreSettings
from ...users.interfaces import IUser
from ...users.models import User, UserPermission
from ...users.resources import UserResource
from ...validation import Paging
from ...validation.inputs import PagingInput
from ..editing import edit_user
from ..inputs import ChangeClassInput, ChangeStatusInput, EditUserInput
from ..interfaces import IStatusChange
from ..models import StatusChange
from ..resources import History, UserClassOf, UserPermissionsOf, UserStatus
from ..schemas import ChangeClass, ChangeStatus, EditUser
from ..standing import change_class, change_status

PERMISSIONS = Raw(
    {
        "type": "object",
        "properties": {
            name: array_of(STRING) for name in ("effective", "classes", "granted", "denied")
        },
    }
)
#: Fields that give access to the account.
_ENTERING = ("email", "password")


@view_config(
    context=UserResource,
    request_method="PUT",
    permission=USERS_MODERATE,
    schema=EditUser,
    response=IUser,
    errors=(Outranked,),
)
def edit(context: UserResource, request: Request[EditUserInput]) -> User:
    """Edit a member below the caller. A new password revokes all their API keys."""
    if not request.validated.keys().isdisjoint(_ENTERING):
        require_authority(request, context.model.id, entering=True)
    edit_user(request, context.model, request.validated)
    return context.model


@view_config(
    context=UserClassOf,
    request_method="PUT",
    permission=USERS_CHANGE_CLASS,
    schema=ChangeClass,
    response=IUser,
    errors=(Outranked,),
    operation="change_user_class",
)
def put_class(context: UserClassOf, request: Request[ChangeClassInput]) -> User:
    """Change a member's primary class.

    The new class must rank below the caller's, and have no permissions that the caller lacks.
    """
    target = request.db.get(UserClass, request.validated["user_class_id"])
    if target is None:
        raise Refused({"user_class_id": ["Invalid UserClass id."]})
    require_outranked(request, target.rank)
    require_class_held(request, target)
    # The member may have changed between the first read and the lock.
    request.db.refresh(context.user)
    if target.id != context.user.user_class_id:
        change_class(request, context.user, target, request.validated["reason"])
    return context.user


@view_config(
    context=UserStatus,
    request_method="PUT",
    permission=USERS_DISABLE,
    schema=ChangeStatus,
    response=IUser,
    errors=(Outranked,),
)
def put_status(context: UserStatus, request: Request[ChangeStatusInput]) -> User:
    """Enable, disable, lock or unlock a member, with a reason."""
    request.db.refresh(context.user)
    values = request.validated
    for field in ("enabled", "locked"):
        if field in values and values[field] != getattr(context.user, field):
            change_status(request, context.user, field, values[field], values["reason"])
    return context.user


@view_config(
    context=UserPermissionsOf,
    request_method="GET",
    permission=USERS_MODERATE,
    response=PERMISSIONS,
)
def view_permissions(context: UserPermissionsOf, request: Request) -> dict[str, Any]:
    """Show a member's permissions, and whether each comes from classes, grants or denials."""
    rows = request.db.scalars(
        select(UserPermission).where(UserPermission.user_id == context.user.id)
    ).all()
    locked = CoreSettings.lock_permissions.of(request.registry)
    return {
        "effective": sorted(effective_permissions(request.db, context.user, locked)),
        "classes": sorted(class_permissions(request.db, context.user)),
        "granted": sorted(row.permission for row in rows if row.granted),
        "denied": sorted(row.permission for row in rows if not row.granted),
    }


@view_config(
    context=History,
    request_method="GET",
    permission=USERS_MODERATE,
    schema=Paging,
    response=Listing(IStatusChange),
)
def view_history(context: History, request: Request[PagingInput]) -> Page:
    """List the changes of a member's standing, newest first."""
    query = (
        select(StatusChange)
        .where(StatusChange.user_id == context.user.id)
        .options(joinedload(StatusChange.staff))
        .order_by(StatusChange.id.desc())
    )
    return paginate(request.db, query, request.validated)
