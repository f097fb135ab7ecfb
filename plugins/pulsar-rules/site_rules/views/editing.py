"""Creating, editing, hiding and restoring sections."""

from __future__ import annotations

from pyramid.view import view_config

from pulsar.errors import EditConflict
from pulsar.request import Request
from pulsar.serialization import Message, Prepared

from .. import services
from ..errors import SectionExists
from ..inputs import CreateSectionInput, EditSectionInput
from ..interfaces import IRuleSection
from ..page import section_page
from ..permissions import MODIFY
from ..resources import Rules, SectionResource
from ..schemas import CreateSection, EditSection


@view_config(
    context=Rules,
    request_method="POST",
    permission=MODIFY,
    schema=CreateSection,
    response=IRuleSection,
    status=201,
    errors=(SectionExists,),
)
def create(context: Rules, request: Request[CreateSectionInput]) -> Prepared:
    """Create a section."""
    summary = services.create(request, request.validated)
    request.response.location = request.resource_url(context(summary)).rstrip("/")
    return section_page(request, summary, request.validated.get("language"))


@view_config(
    context=SectionResource,
    request_method="PUT",
    permission=MODIFY,
    schema=EditSection,
    response=IRuleSection,
    errors=(EditConflict,),
)
def edit(context: SectionResource, request: Request[EditSectionInput]) -> Prepared:
    """Edit a section, or translate it into another language."""
    summary = services.edit(request, context.model.section, request.validated)
    return section_page(request, summary, request.validated.get("language"))


@view_config(
    context=SectionResource, request_method="DELETE", permission=MODIFY, response=Message()
)
def delete(context: SectionResource, request: Request) -> str:
    """Hide a section in all languages."""
    services.hide(request, context.model.section)
    return f"RuleSection {context.model.section} has been deleted."


@view_config(
    context=SectionResource,
    name="restore",
    request_method="POST",
    permission=MODIFY,
    response=IRuleSection,
)
def restore(context: SectionResource, request: Request) -> Prepared:
    """Show a hidden section again."""
    return section_page(request, services.restore(request, context.model.section), None)
