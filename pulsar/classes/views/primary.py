"""Views of primary classes."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ...paging import Page, paginate
from ...permissions import USERCLASSES_LIST, USERCLASSES_MODIFY, USERS_VIEW
from ...request import Request
from ...serialization import Listing, Message, Raw, array_of
from ...users.interfaces import IUser
from ...users.models import User
from ...validation import Paging
from ...validation.inputs import PagingInput
from ..inputs import CreateClassInput, EditClassInput
from ..interfaces import IUserClass
from ..models import SecondaryClass, UserClass
from ..rank import Outranked
from ..resources import ClassMembers, UserClasses, UserClassResource
from ..schemas import CreateClass, EditClass
from ..services import ClassInUse, ClassNameTaken, create, delete, edit

BOTH = Raw(
    {
        "type": "object",
        "properties": {
            "user_classes": array_of({"$ref": "#/components/schemas/UserClass"}),
            "secondary_classes": array_of({"$ref": "#/components/schemas/SecondaryClass"}),
        },
    }
)


@view_config(context=UserClasses, request_method="GET", permission=USERCLASSES_LIST, response=BOTH)
def list_classes(context: UserClasses, request: Request) -> dict[str, Any]:
    """List the classes of both kinds, starting with the lowest primary class."""
    primary = select(UserClass).options(selectinload(UserClass.permissions))
    secondary = select(SecondaryClass).options(selectinload(SecondaryClass.permissions))
    return {
        "user_classes": request.serialize(
            request.db.scalars(primary.order_by(UserClass.rank, UserClass.id)).all()
        ),
        "secondary_classes": request.serialize(
            request.db.scalars(secondary.order_by(SecondaryClass.id)).all()
        ),
    }


@view_config(
    context=UserClasses,
    request_method="POST",
    permission=USERCLASSES_MODIFY,
    schema=CreateClass,
    response=IUserClass,
    status=201,
    errors=(ClassNameTaken, Outranked),
)
def create_class(context: UserClasses, request: Request[CreateClassInput]) -> Any:
    """Create a primary class."""
    return context(create(request, UserClass, request.validated))


@view_config(
    context=UserClassResource,
    request_method="GET",
    permission=USERCLASSES_LIST,
    response=IUserClass,
)
def view_class(context: UserClassResource, request: Request) -> UserClass:
    """Show a primary class."""
    return context.model


@view_config(
    context=UserClassResource,
    request_method="PUT",
    permission=USERCLASSES_MODIFY,
    schema=EditClass,
    response=IUserClass,
    errors=(ClassNameTaken, Outranked),
)
def edit_class(context: UserClassResource, request: Request[EditClassInput]) -> UserClass:
    """Change a primary class; its members have the new permissions at their next request."""
    edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=UserClassResource,
    request_method="DELETE",
    permission=USERCLASSES_MODIFY,
    response=Message(),
    errors=(ClassInUse, Outranked),
)
def delete_class(context: UserClassResource, request: Request) -> str:
    """Delete a primary class without members. Class 1 cannot be deleted."""
    name = context.model.name
    delete(request, context.model)
    return f"UserClass {name} has been deleted."


@view_config(
    context=ClassMembers,
    request_method="GET",
    permission=USERS_VIEW,
    schema=Paging,
    response=Listing(IUser),
)
def list_members(context: ClassMembers, request: Request[PagingInput]) -> Page:
    """List the members of a primary class."""
    class_id = context.__parent__.model.id
    query = select(User).where(User.user_class_id == class_id).order_by(User.id)
    return paginate(request.db, query, request.validated)
