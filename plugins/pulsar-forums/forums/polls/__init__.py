"""Polls in threads, and their votes."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from ..interfaces import IForumPoll, IForumPollChoice, IForumThread, IPolls
from .resources import Featured, Polls, Votes
from .serializers import ChoiceSerializer, PollField, PollSerializer


def includeme(config: Configurator) -> None:
    """Register polls and their votes, and the field that shows them with their threads."""
    config.add_resource("polls", Polls, parent=IRoot)
    config.add_resource("featured", Featured, parent=IPolls)
    config.add_resource("votes", Votes, parent=IPolls)
    config.add_serializer(PollSerializer, IForumPoll)
    config.add_serializer(ChoiceSerializer, IForumPollChoice)
    config.add_field(IForumThread, "poll", PollField())
    config.scan(".views")
