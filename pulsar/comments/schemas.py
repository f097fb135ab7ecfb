"""The input of comments."""

from __future__ import annotations

from ..text import Format
from ..validation import Boolean, Integer, Schema, String, not_blank

MAX_CONTENTS = 65_536


class ListComments(Schema):
    """Selects comments, oldest first."""

    after = Integer(1, description="Comments newer than the one with this id.")
    limit = Integer(1, 100, default=50)
    include_dead = Boolean(default=False, description="Deleted ones too, for those who may.")


class CreateComment(Schema):
    """A new comment."""

    example = {"contents": "Well said.", "format": "bbcode"}

    contents = String(1, MAX_CONTENTS, not_blank, required=True)
    format = Format()


class EditComment(Schema):
    """Changes to a comment."""

    example = {"contents": "Very well said."}

    contents = String(1, MAX_CONTENTS, not_blank)
    format = Format(edits=True)
