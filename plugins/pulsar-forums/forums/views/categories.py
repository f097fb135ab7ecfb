"""Listing and arranging categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Message, Raw

from .. import queries
from ..errors import CategoryInUse
from ..inputs import CreateCategoryInput, EditCategoryInput, ListCategoriesInput
from ..interfaces import IForumCategory
from ..models import Category
from ..permissions import FORUMS_MODIFY, VIEW
from ..resources import Categories, CategoryResource
from ..schemas import CreateCategory, EditCategory, ListCategories
from ..services import forums

CATEGORIES = Raw({"type": "array", "items": {"$ref": "#/components/schemas/ForumCategory"}})


@view_config(
    context=Categories,
    request_method="GET",
    permission=VIEW,
    schema=ListCategories,
    response=CATEGORIES,
)
def list_categories(
    context: Categories, request: Request[ListCategoriesInput]
) -> Sequence[Category]:
    """List the categories that have forums the caller may see, with these forums."""
    query = queries.categories(request, include_dead=request.validated["include_dead"])
    return list(request.db.scalars(query))


@view_config(
    context=Categories,
    request_method="POST",
    permission=FORUMS_MODIFY,
    schema=CreateCategory,
    response=IForumCategory,
    status=201,
)
def create(context: Categories, request: Request[CreateCategoryInput]) -> Any:
    """Create a category."""
    return context(forums.create(request, Category, request.validated))


@view_config(
    context=CategoryResource,
    request_method="PUT",
    permission=FORUMS_MODIFY,
    schema=EditCategory,
    response=IForumCategory,
)
def edit(context: CategoryResource, request: Request[EditCategoryInput]) -> Category:
    """Edit a category."""
    forums.edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=CategoryResource,
    request_method="DELETE",
    permission=FORUMS_MODIFY,
    response=Message(),
    errors=(CategoryInUse,),
)
def delete(context: CategoryResource, request: Request) -> str:
    """Delete a category that has no forums."""
    return forums.delete(request, context.model)


@view_config(
    context=CategoryResource,
    name="restore",
    request_method="POST",
    permission=FORUMS_MODIFY,
    response=IForumCategory,
)
def restore(context: CategoryResource, request: Request) -> Category:
    """Undo the deletion of a category."""
    forums.restore(request, context.model)
    return context.model
