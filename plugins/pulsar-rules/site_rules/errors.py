"""What can be wrong with a change of the rules."""

from __future__ import annotations

from pulsar.errors import Conflict


class SectionExists(Conflict):
    """Ids are unique, also those of hidden sections; ``existing_id`` is the id."""

    code = "section_exists"
