"""Serializers of polls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    INTEGER,
    STRING,
    Field,
    NestedField,
    Serializer,
    nullable,
)

from ..interfaces import IForumPoll, IForumPollChoice, IForumThread
from .queries import polls_of


class ChoiceSerializer(Serializer):
    """An answer that a poll offers."""

    id = Field(INTEGER)
    choice = Field(STRING)
    answers = Field(INTEGER, doc="How many chose it.")


class PollSerializer(Serializer):
    """A question to the readers of a thread."""

    id = Field(INTEGER)
    thread = NestedField(IForumThread, only=("id", "topic"))
    question = Field(STRING)
    closed = Field(BOOLEAN)
    featured = Field(BOOLEAN)
    choices = NestedField(IForumPollChoice, many=True)
    voted = Field(nullable(INTEGER), personal=True, doc="The choice that the caller voted for.")


class PollField(NestedField):
    """The poll of a thread. The polls of all threads are loaded at once."""

    def __init__(self) -> None:
        super().__init__(IForumPoll, nested=False, doc="Null where the thread has none.")

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """Return one poll per thread, or None."""
        polls = polls_of(request, models)
        polls_shown = [polls[thread.id] for thread in models if thread.id in polls]
        json_by_poll = dict(
            zip(polls_shown, request.serialize.many(polls_shown, nested=True), strict=True)
        )
        return [json_by_poll[polls[thread.id]] if thread.id in polls else None for thread in models]
