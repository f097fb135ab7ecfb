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
    """One revision; in which language is for the view to know."""

    __parent__: Revisions

    def find(self, language: str) -> RuleRevision:
        """The revision. Raises NotFound."""
        revision = find(self.request, self.__parent__.section, language, int(self.__name__))
        if revision is None:
            raise NotFound(f"RuleRevision {self.__name__} does not exist.")
        return revision


class Revisions(Resource):
    """What a section said, by number. Who edits sections sees what they were."""

    __parent__: SectionResource
    __acl__: ClassVar[list[tuple[str, str, str]]] = [(Allow, MODIFY, VIEW_HISTORY)]
    children: ClassVar[dict[str, type[Resource]]] = {"{number}": Revision}

    @property
    def section(self) -> str:
        return self.__parent__.model.section

    def __getitem__(self, name: str) -> Resource:
        """A revision that there may be."""
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
        """Rules that the public reads hide nothing."""
        return None if RulesSettings.public.of(self.request.registry) else VIEW

    def missing(self, name: str) -> NotFound:
        """The error for a section that is not there."""
        return missing(name)

    def parse(self, name: str) -> str | None:
        """Any name that is not too long to be repeated is told to be none."""
        return name if len(name) <= 64 else None

    def load(self, key: str) -> SectionSummary | None:
        """The section, if it says something and is not hidden; any for those who edit rules."""
        head = section_summaries(self.request).get(key)
        if head is None or may_modify(self.request):
            return head
        return head if head.deleted is None and head.texts else None
