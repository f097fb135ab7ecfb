"""The sections of the files, read once at start-up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zope.interface import implementer

from pulsar.config import CHECKS, Configurator
from pulsar.validation.declared import build

from .files import SHIPPED, FileSection, read_folder
from .interfaces import IRuleBook
from .models import RuleRevision
from .schemas import SectionFile
from .settings import RulesSettings


@implementer(IRuleBook)
@dataclass(frozen=True, slots=True)
class RuleBook:
    """The sections of the files. ``version`` is part of cache keys, and differs for other files."""

    sections: Mapping[str, FileSection]
    version: str

    def position(self, section: str) -> int:
        """Return the position of the section, or 0 if no file has it."""
        return self.sections[section].position if section in self.sections else 0

    def revision(self, section: str, language: str) -> RuleRevision | None:
        """Return revision 0 of the section in the language, or None if there is no such file."""
        file_section = self.sections.get(section)
        text = file_section.texts.get(language) if file_section else None
        return None if text is None else RuleRevision.of(text, language)


def includeme(config: Configurator) -> None:
    """Read the files when all text formats are registered; invalid files stop the start-up."""
    registry = config.registry

    def read() -> None:
        folder = RulesSettings.folder.of(registry)
        schema = build(SectionFile, registry)
        sections = read_folder(Path(folder) if folder else SHIPPED, schema)
        version = hashlib.blake2b(repr(sections).encode(), digest_size=8).hexdigest()
        registry.registerUtility(RuleBook(sections, version), IRuleBook)

    config.action(("rules", "files"), read, order=CHECKS)
