"""Sections, revisions, events and files of rules, and the resources below ``/rules``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem

if TYPE_CHECKING:
    from .files import FileSection
    from .models import RuleRevision


class IRuleSection(IContent):
    """A section of the rules in one language."""


class IRuleRevision(IContent):
    """A revision of a section."""


class IRules(ICollection):
    """``/rules``."""


class IRuleSectionResource(IItem):
    """``/rules/{section}``."""


class IRulesEdited(IContentEvent):
    """A section has a new revision, which is the model."""


class IRuleBook(Interface):
    """The sections of the files."""

    sections: Mapping[str, FileSection] = Attribute("The sections by id.")
    version: str = Attribute("A hash of the sections, which is part of cache keys.")

    def position(section: str) -> int:
        """Return the position of the section, or 0 if no file has it."""

    def revision(section: str, language: str) -> RuleRevision | None:
        """Return revision 0 of the section in the language, or None if there is no such file."""
