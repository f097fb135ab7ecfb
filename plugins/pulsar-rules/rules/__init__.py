"""The rules of the site: sections from files, which staff edit."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot
from pulsar.settings import Setting, boolean, text

from .interfaces import IRuleRevision, IRuleSection, IRuleSectionResource
from .permissions import add_permissions
from .resources import Revisions, Rules
from .schemas import LANGUAGE
from .serializers import RevisionSerializer, SectionSerializer


def language(value: str) -> str:
    """Parse the tag of a language."""
    if not LANGUAGE.fullmatch(value.strip()):
        raise ValueError("must be a language in lower case, e.g. en or pt-br")
    return value.strip()


SETTINGS = {
    "folder": Setting("", text, "Folder with the rules' files; empty takes the shipped samples."),
    "language": Setting("en", language, "The language of rules where none is asked for."),
    "public": Setting("false", boolean, "Whether the rules can be read without a key."),
}


def includeme(config: Configurator) -> None:
    """Be a plugin."""
    config.add_plugin("rules", title="Rules", settings=SETTINGS)
    config.add_migrations("rules.versions")
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
