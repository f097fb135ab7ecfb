"""Views that list, add, show, edit and remove categories."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Message, Raw, array_of

from ...interfaces import ITorrentCategory
from ...permissions import VIEW
from .. import services
from ..errors import CategoryExists, CategoryInUse
from ..inputs import CreateCategoryInput, EditCategoryInput
from ..models import TorrentCategory
from ..permissions import MODIFY
from ..resources import Categories, CategoryResource
from ..schemas import CreateCategory, EditCategory


@view_config(
    context=Categories,
    request_method="GET",
    permission=VIEW,
    response=Raw(array_of({"$ref": "#/components/schemas/TorrentCategory"})),
)
def list_categories(context: Categories, request: Request) -> Any:
    """List the categories of torrents, by position."""
    return request.serialize(services.all_categories(request.db))


@view_config(
    context=Categories,
    request_method="POST",
    permission=MODIFY,
    schema=CreateCategory,
    response=ITorrentCategory,
    status=201,
    errors=(CategoryExists,),
)
def create_category(context: Categories, request: Request[CreateCategoryInput]) -> Any:
    """Add a category."""
    return context(services.create(request, request.validated))


@view_config(
    context=CategoryResource,
    request_method="GET",
    permission=VIEW,
    response=ITorrentCategory,
)
def view_category(context: CategoryResource, request: Request) -> TorrentCategory:
    """Show a category."""
    return context.model


@view_config(
    context=CategoryResource,
    request_method="PUT",
    permission=MODIFY,
    schema=EditCategory,
    response=ITorrentCategory,
)
def edit_category(
    context: CategoryResource, request: Request[EditCategoryInput]
) -> TorrentCategory:
    """Edit a category."""
    services.edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=CategoryResource,
    request_method="DELETE",
    permission=MODIFY,
    response=Message(),
    errors=(CategoryInUse,),
)
def delete_category(context: CategoryResource, request: Request) -> str:
    """Remove a category that no torrent and no request uses."""
    services.delete(request, context.model)
    return f"Category {context.model.name} has been deleted."
