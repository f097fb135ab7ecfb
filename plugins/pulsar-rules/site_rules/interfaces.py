"""What this plugin shows, and what others may react to."""

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
    """What a section said after a change."""


class IRules(ICollection):
    """``/rules``."""


class IRuleSectionResource(IItem):
    """``/rules/{section}``."""


class IRulesEdited(IContentEvent):
    """A section says something else than before; the model is the revision."""


class IRuleBook(Interface):
    """The sections as their files have them."""

    sections: Mapping[str, FileSection] = Attribute("By the section's id.")
    version: str = Attribute("Another one for other files.")

    def position(section: str) -> int:
        """The section's place in the list of sections."""

    def revision(section: str, language: str) -> RuleRevision | None:
        """Revision 0 of the section in the language, None where there is no such file."""
