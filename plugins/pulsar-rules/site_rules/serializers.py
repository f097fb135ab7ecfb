"""Serializers of sections and revisions."""

from __future__ import annotations

from typing import Any

from pulsar.request import Request
from pulsar.serialization import (
    DATETIME,
    INTEGER,
    STRING,
    Field,
    NestedField,
    Serializer,
    array_of,
    nullable,
)
from pulsar.users.interfaces import IUser

from .permissions import MODIFY
from .tree import render_rules, shown_schema


def rules(request: Request, model: Any) -> list[dict[str, Any]]:
    """Return the rules of a section or a revision, with numbers and HTML."""
    return render_rules(request, model.format, model.rules)


class SectionSerializer(Serializer):
    """A section; in lists without its rules."""

    id = Field(STRING)
    name = Field(STRING)
    description = Field(STRING)
    position = Field(INTEGER, "head.position")
    language = Field(STRING, doc="In which it is shown.")
    languages = Field(
        array_of(STRING), lambda request, section: list(section.head.texts), doc="All it is in."
    )
    revision = Field(INTEGER, doc="0 is that of the file.")
    deleted = Field(
        nullable(DATETIME), "head.deleted", permission=MODIFY, doc="Since it is hidden."
    )
    edited = Field(nullable(DATETIME), nested=False, doc="In this language, by staff.")
    format = Field(STRING, nested=False)
    rules = Field(shown_schema(), rules, nested=False)


class RevisionSerializer(Serializer):
    """A revision of a section; in lists without its rules."""

    language = Field(STRING)
    revision = Field(INTEGER, "number", doc="0 is that of the file.")
    name = Field(STRING)
    summary = Field(STRING, doc="What the change was about.")
    editor = NestedField(IUser, only=("id", "username"))
    time = Field(nullable(DATETIME), doc="null for the file.")
    description = Field(STRING, nested=False)
    format = Field(STRING, nested=False)
    rules = Field(shown_schema(), rules, nested=False)
