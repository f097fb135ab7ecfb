"""What this plugin shows, and what others may react to."""

from zope.interface import Attribute, Interface

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem


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

    sections = Attribute("A mapping of the section's id to a FileSection.")
    version = Attribute("Another one for other files.")

    def position(section):
        """The section's place in the list of sections."""

    def revision(section, language):
        """Revision 0 of the section in the language, None where there is no such file."""
