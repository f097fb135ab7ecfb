"""The input of classes."""

from __future__ import annotations

from typing import Any

import colander

from ..permissions import INVITES_SEND
from ..validation import Boolean, Integer, ListOf, Mapping, Nullable, NumberType, Schema, String
from ..validation.nodes import BooleanType

#: The limits of ranks. They leave room between classes.
LOWEST, HIGHEST = 0, 1_000_000


def printable(node: colander.SchemaNode, value: str) -> None:
    """Refuse names with invisible characters, which look like other names."""
    if not value.isprintable() or value != value.strip():
        raise colander.Invalid(node, "value must be printable, without blanks around it")


def Name(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The name of a class."""
    return String(1, 24, printable, **kwargs)


class Promotion(Schema):
    """The rule of promotion to the class."""

    from_ = Integer(1, required=True, name="from", description="The class they are in before.")
    require = Mapping(NumberType(), required=True, description="Criterion to least figure.")


class Demotion(Schema):
    """The rule of demotion from the class."""

    to = Integer(1, required=True, description="The class they are in after.")
    below = Mapping(NumberType(), required=True, description="Criterion to figure; one suffices.")


class CreateSecondary(Schema):
    """A new secondary class."""

    example = {"name": "Translator", "permissions": ["wiki_edit_article"]}

    name = Name(required=True)
    permissions = ListOf(String(1, 36), 500, default=[])


class EditSecondary(Schema):
    """Changes to a secondary class."""

    example = {"name": "Editor", "permissions": {"wiki_edit_article": True}}

    name = Name()
    permissions = Mapping(BooleanType(), description="Permission to whether it has it.")


class CreateClass(CreateSecondary):
    """A new primary class."""

    example = {
        "name": "Power user",
        "permissions": [INVITES_SEND],
        "rank": 20,
        "promotion": None,
        "demotion": None,
    }

    rank = Integer(LOWEST, HIGHEST, required=True)
    promotion = Nullable(Promotion())
    demotion = Nullable(Demotion())


class EditClass(EditSecondary):
    """Changes to a primary class."""

    example = {"permissions": {INVITES_SEND: True}}

    rank = Integer(LOWEST, HIGHEST)
    is_default = Boolean(description="true lets new members join this class from now on.")
    promotion = Nullable(Promotion())
    demotion = Nullable(Demotion())


class AddMember(Schema):
    """A member to add to a secondary class."""

    example = {"user_id": 7}

    user_id = Integer(1, required=True)
