"""Views of secondary classes and their members."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from ...errors import Conflict, Refused
from ...interfaces import ISiteLog
from ...paging import Page, paginate
from ...permissions import USERCLASSES_LIST, USERCLASSES_MODIFY, USERS_MODERATE, USERS_VIEW
from ...request import Request
from ...serialization import Listing, Message
from ...users import tags as user_tags
from ...users.interfaces import IUser
from ...users.models import User
from ...validation import Paging
from ...validation.inputs import PagingInput
from ..inputs import AddMemberInput, CreateSecondaryInput, EditSecondaryInput
from ..interfaces import ISecondaryClass
from ..models import SecondaryClass, SecondaryClassMember
from ..rank import Outranked, carried, require_editable, require_held
from ..resources import (
    SecondaryClasses,
    SecondaryClassResource,
    SecondaryMember,
    SecondaryMembers,
)
from ..schemas import AddMember, CreateSecondary, EditSecondary
from ..services import ClassInUse, ClassNameTaken, create, delete, edit


class AlreadyMember(Conflict):
    """The member is already in the class."""

    code = "already_member"


@view_config(
    context=SecondaryClasses,
    request_method="GET",
    permission=USERCLASSES_LIST,
    schema=Paging,
    response=Listing(ISecondaryClass),
)
def list_classes(context: SecondaryClasses, request: Request[PagingInput]) -> Page:
    """List the secondary classes."""
    query = (
        select(SecondaryClass)
        .options(selectinload(SecondaryClass.permissions))
        .order_by(SecondaryClass.id)
    )
    return paginate(request.db, query, request.validated)


@view_config(
    context=SecondaryClasses,
    request_method="POST",
    permission=USERCLASSES_MODIFY,
    schema=CreateSecondary,
    response=ISecondaryClass,
    status=201,
    errors=(ClassNameTaken,),
)
def create_class(context: SecondaryClasses, request: Request[CreateSecondaryInput]) -> Any:
    """Create a secondary class."""
    return context(create(request, SecondaryClass, request.validated))


@view_config(
    context=SecondaryClassResource,
    request_method="GET",
    permission=USERCLASSES_LIST,
    response=ISecondaryClass,
)
def view_class(context: SecondaryClassResource, request: Request) -> SecondaryClass:
    """Show a secondary class."""
    return context.model


@view_config(
    context=SecondaryClassResource,
    request_method="PUT",
    permission=USERCLASSES_MODIFY,
    schema=EditSecondary,
    response=ISecondaryClass,
    errors=(ClassNameTaken, Outranked),
)
def edit_class(
    context: SecondaryClassResource, request: Request[EditSecondaryInput]
) -> SecondaryClass:
    """Change a secondary class; its members have the new permissions at their next request."""
    edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=SecondaryClassResource,
    request_method="DELETE",
    permission=USERCLASSES_MODIFY,
    response=Message(),
    errors=(ClassInUse,),
)
def delete_class(context: SecondaryClassResource, request: Request) -> str:
    """Delete a secondary class without members."""
    name = context.model.name
    delete(request, context.model)
    return f"SecondaryClass {name} has been deleted."


@view_config(
    context=SecondaryMembers,
    request_method="GET",
    permission=USERS_VIEW,
    schema=Paging,
    response=Listing(IUser),
)
def list_members(context: SecondaryMembers, request: Request[PagingInput]) -> Page:
    """List the members of a secondary class."""
    class_id = context.__parent__.model.id
    query = (
        select(User)
        .join(SecondaryClassMember, SecondaryClassMember.user_id == User.id)
        .where(SecondaryClassMember.secondary_class_id == class_id)
        .order_by(User.id)
    )
    return paginate(request.db, query, request.validated)


@view_config(
    context=SecondaryMembers,
    request_method="POST",
    permission=USERS_MODERATE,
    schema=AddMember,
    response=Message(),
    status=201,
    errors=(AlreadyMember, Outranked),
)
def add_member(context: SecondaryMembers, request: Request[AddMemberInput]) -> str:
    """Add a member to a secondary class."""
    secondary_class = context.__parent__.model
    user = request.db.get(User, request.validated["user_id"])
    if user is None:
        raise Refused({"user_id": ["Invalid User id."]})
    require_editable(request, user)
    require_held(request, carried(request, secondary_class), "user_id")
    key = {"secondary_class_id": secondary_class.id, "user_id": user.id}
    try:
        with request.db.begin_nested():
            request.db.add(SecondaryClassMember(**key))
            request.db.flush()
    except IntegrityError as error:
        if request.db.get(SecondaryClassMember, key) is None:
            raise
        raise AlreadyMember(f"{user.username} is already in {secondary_class.name}.") from error
    _changed(
        request,
        user,
        "secondary_class_added",
        secondary_class,
        after={"secondary_class": secondary_class.name},
    )
    return f"{user.username} is now in {secondary_class.name}."


@view_config(
    context=SecondaryMember,
    request_method="DELETE",
    permission=USERS_MODERATE,
    response=Message(),
    errors=(Outranked,),
)
def remove_member(context: SecondaryMember, request: Request) -> str:
    """Remove a member from a secondary class."""
    secondary_class = context.__parent__.__parent__.model
    user = request.db.get_one(User, context.model.user_id)
    request.db.delete(context.model)
    request.db.flush()
    before = {"secondary_class": secondary_class.name}
    _changed(request, user, "secondary_class_removed", secondary_class, before=before)
    return f"{user.username} is no longer in {secondary_class.name}."


def _changed(
    request: Request,
    user: User,
    action: str,
    secondary_class: SecondaryClass,
    **fields: dict[str, str],
) -> None:
    request.find_service(ISiteLog).record(
        request, action, f"{user.username}: {secondary_class.name}", target=user, **fields
    )
    request.cache.invalidate(user_tags.user(user.id))
