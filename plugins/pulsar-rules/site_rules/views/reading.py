"""Reading the rules, for members, or for everybody if ``rules.public`` is true."""

from __future__ import annotations

from typing import Any

from pulsar.config import Configurator
from pulsar.request import Request
from pulsar.security import PUBLIC
from pulsar.serialization import Prepared, Raw

from ..inputs import ListSectionsInput, ShowSectionInput
from ..interfaces import IRuleSection
from ..page import section_list, section_page
from ..permissions import VIEW
from ..resources import Rules, SectionResource
from ..schemas import ListSections, ShowSection
from ..settings import RulesSettings

SECTIONS = Raw({"type": "array", "items": {"$ref": "#/components/schemas/RuleSection"}})


def includeme(config: Configurator) -> None:
    """Add the views, with a permission unless ``rules.public`` is true."""
    permission = PUBLIC if RulesSettings.public.of(config.registry) else VIEW
    for view, context, schema, response in (
        (list_sections, Rules, ListSections, SECTIONS),
        (view_section, SectionResource, ShowSection, IRuleSection),
    ):
        config.add_view(
            view,
            context=context,
            request_method="GET",
            permission=permission,
            schema=schema,
            response=response,
        )


def list_sections(context: Rules, request: Request[ListSectionsInput]) -> list[dict[str, Any]]:
    """List the sections of the rules, in their order."""
    values = request.validated
    return section_list(request, values.get("language"), dead=values["include_dead"])


def view_section(context: SectionResource, request: Request[ShowSectionInput]) -> Prepared:
    """Show a section with its numbered rules."""
    return section_page(request, context.model, request.validated.get("language"))
