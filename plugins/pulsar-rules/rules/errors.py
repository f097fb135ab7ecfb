"""What can be wrong with a change of the rules."""

from __future__ import annotations

from pulsar.errors import Conflict


class SectionExists(Conflict):
    """Ids are unique, also those of hidden sections; ``existing_id`` is the id."""

    code = "section_exists"


class EditConflict(Conflict):
    """Somebody else edited it meanwhile; ``diff`` is what they did, ``latest_revision`` whereto."""

    code = "edit_conflict"
    message = "The section was edited meanwhile."
