"""``/rules``, the sections below it, and their revisions."""

from __future__ import annotations

from typing import ClassVar

from pyramid.authorization import Allow
from zope.interface import implementer

from pulsar.errors import NotFound
from pulsar.traversal import Collection, Item, Resource, parse_id

from .interfaces import IRules, IRuleSectionResource
from .models import RuleRevision
from .permissions import MODIFY, VIEW, VIEW_HISTORY
from .revisions import find
from .sections import Section, SectionSummary, may_modify, missing, section_summaries
from .settings import RulesSettings


class Revision(Resource):
    """One revision of a section. The views read its language from the query or the body."""

    __parent__: Revisions

    def find(self, language: str) -> RuleRevision:
        """Return the revision in the language. Raises NotFound."""
        revision = find(self.request, self.__parent__.section, language, int(self.__name__))
        if revision is None:
            raise NotFound(f"RuleRevision {self.__name__} does not exist.")
        return revision


class Revisions(Resource):
    """The revisions of a section, by number. Callers who may edit rules see them, too."""

    __parent__: SectionResource
    __acl__: ClassVar[list[tuple[str, str, str]]] = [(Allow, MODIFY, VIEW_HISTORY)]
    children: ClassVar[dict[str, type[Resource]]] = {"{number}": Revision}

    @property
    def section(self) -> str:
        return self.__parent__.model.section

    def __getitem__(self, name: str) -> Resource:
        """Return the resource of a revision, which need not exist."""
        if name != "0" and parse_id(name) is None:
            raise KeyError(name)
        return Revision(self, self.request, name)


@implementer(IRuleSectionResource)
class SectionResource(Item[SectionSummary]):
    """One section."""

    key = "section"


@implementer(IRules)
class Rules(Collection[SectionSummary]):
    """The sections that the caller may see."""

    item = SectionResource
    model = Section
    noun = "RuleSection"

    @property
    def sight(self) -> str | None:
        """The permission to see rules, or None if the rules are public."""
        return None if RulesSettings.public.of(self.request.registry) else VIEW

    def missing(self, name: str) -> NotFound:
        return missing(name)

    def parse(self, name: str) -> str | None:
        """Return the name, or None if it is too long to be repeated in the error message."""
        return name if len(name) <= 64 else None

    def load(self, key: str) -> SectionSummary | None:
        """Return the section. Hidden sections, and those without a text, are for editors only."""
        head = section_summaries(self.request).get(key)
        if head is None or may_modify(self.request):
            return head
        return head if head.deleted is None and head.texts else None
