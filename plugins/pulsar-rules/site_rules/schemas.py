"""Input of the endpoints of rules, and the contents of their files."""

from __future__ import annotations

import re
from typing import Any

import colander

from pulsar.text import Format
from pulsar.validation import Boolean, Integer, Schema, String, not_blank

from .models import MAX_DESCRIPTION, MAX_LANGUAGE, MAX_NAME, MAX_REVISION
from .tree import Rules

SECTION = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.ASCII)


def _matches(pattern: re.Pattern[str]) -> Any:
    def check(node: colander.SchemaNode, value: str) -> None:
        if not pattern.fullmatch(value):
            raise colander.Invalid(node, f"value must match {pattern.pattern}")

    return check


def Language(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """A language, by its tag in lower case (RFC 5646): ``de``, ``pt-br``."""
    kwargs.setdefault("description", "The site's (rules.language) where it is missing.")
    return String(2, MAX_LANGUAGE, _matches(LANGUAGE), **kwargs)


def Revision(minimum: int = 0, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The number of a revision."""
    return Integer(minimum, MAX_REVISION, **kwargs)


def Summary() -> colander.SchemaNode:  # noqa: N802
    """The summary of a change."""
    return String(0, 255, default="", description="What the change is about.")


def Position(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The position of a section. Sections are sorted by it."""
    return Integer(0, 99_999, **kwargs)


def Name() -> colander.SchemaNode:  # noqa: N802
    """A section's name."""
    return String(1, MAX_NAME, not_blank, required=True)


class SectionFile(Schema):
    """The contents of a file of rules."""

    name = Name()
    description = String(0, MAX_DESCRIPTION, default="")
    position = Position()
    format = Format()
    rules = Rules(required=True)


class ListSections(Schema):
    """The language of a list of sections, and whether hidden ones are included."""

    language = Language()
    include_dead = Boolean(default=False, description="Hidden ones too, for those who may.")


class ShowSection(Schema):
    """The language of a section. If the section lacks it, the site's language is used."""

    language = Language()


class CreateSection(Schema):
    """A new section."""

    example = {
        "id": "uploads",
        "name": "Uploads",
        "description": "What may be uploaded.",
        "rules": [
            {"summary": "No advertising.", "rules": [{"summary": "Not in file names either."}]}
        ],
    }

    id = String(1, 32, _matches(SECTION), required=True)
    name = Name()
    description = String(0, MAX_DESCRIPTION, default="")
    position = Position(description="At the end where it is missing.")
    format = Format()
    rules = Rules(required=True)
    language = Language()
    summary = Summary()


class EditSection(Schema):
    """All values of a section in a language."""

    example = {
        "name": "Uploads",
        "rules": [{"summary": "No advertising, anywhere."}],
        "summary": "Shorter",
        "revision": 1,
    }

    name = Name()
    description = String(0, MAX_DESCRIPTION, default="")
    position = Position(description="Of the section in all languages; stays where it is missing.")
    format = Format(edits=True, description="Stays where it is missing.")
    rules = Rules(required=True)
    language = Language()
    summary = Summary()
    revision = Revision(
        required=True,
        description="From which it was made; 0 is the file, or a translation not there yet.",
    )


class ListRevisions(Schema):
    """The language and page of a section's history."""

    language = Language()
    after = Revision(description="Continue behind the revision that the last part named.")
    limit = Integer(1, 100, default=50)


class Diff(Schema):
    """The revisions to compare."""

    language = Language()
    against = Revision(description="The one before where it is missing.")


class Rollback(Schema):
    """The options of a rollback."""

    example = {"summary": "Back to what was agreed", "revision": 3}

    language = Language()
    summary = Summary()
    revision = Revision(
        description="The latest one that the caller knows; then it must be that still."
    )
