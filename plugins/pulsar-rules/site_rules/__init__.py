"""The rules of the site: sections from files, which staff can edit."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from .interfaces import IRuleRevision, IRuleSection, IRuleSectionResource
from .permissions import add_permissions
from .resources import Revisions, Rules
from .serializers import RevisionSerializer, SectionSerializer
from .settings import RulesSettings


def includeme(config: Configurator) -> None:
    config.add_plugin("rules", title="Rules", settings=RulesSettings)
    config.add_migrations("site_rules.versions", label="rules")
    add_permissions(config)
    config.include(".book")
    config.add_resource("rules", Rules, parent=IRoot)
    config.add_resource("revisions", Revisions, parent=IRuleSectionResource)
    config.add_serializer(SectionSerializer, IRuleSection)
    config.add_serializer(RevisionSerializer, IRuleRevision)
    config.add_link("rules", "/rules")
    config.add_populator(".populate.populate")
    config.include(".views.reading")
    config.scan(".views")
