"""Errors of rules."""

from __future__ import annotations

from pulsar.errors import Conflict


class SectionExists(Conflict):
    """A section, which may be hidden, already has the id; ``existing_id`` is the id."""

    code = "section_exists"
