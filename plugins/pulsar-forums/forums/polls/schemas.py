"""The input of polls."""

from __future__ import annotations

from typing import Any

import colander

from pulsar.validation import Boolean, Integer, ListOf, Schema, String, not_blank

#: The minimum number of choices of a poll.
MIN_CHOICES = 2
#: The maximum number of choices of a poll, and of choices added at once.
MAX_CHOICES = 50


def Question(**kwargs: object) -> colander.SchemaNode:  # noqa: N802
    """The question of the poll."""
    return String(1, 250, not_blank, **kwargs)


def Answers(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The texts of choices."""
    return ListOf(String(1, 200, not_blank), MAX_CHOICES, **kwargs)


class CreatePoll(Schema):
    """A new poll with its choices."""

    example = {"thread_id": 5, "question": "Which codec?", "choices": ["AV1", "H.264"]}

    thread_id = Integer(1, required=True)
    question = Question(required=True)
    choices = Answers(required=True)


class ChangeChoices(Schema):
    """Choices to add by text, and to delete by id."""

    add = Answers(default=[])
    delete = ListOf(Integer(1), MAX_CHOICES, default=[])


class EditPoll(Schema):
    """Changes to a poll."""

    example = {"choices": {"add": ["VP9"]}, "closed": False}

    question = Question()
    choices = ChangeChoices(missing=colander.drop, description="With a choice its votes go.")
    closed = Boolean()
    featured = Boolean(description="One poll is featured: the other one no longer is.")
