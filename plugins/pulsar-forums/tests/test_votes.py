"""Voting in polls."""

from __future__ import annotations

from typing import Any

import pytest

from forums.examples import get_json, make_poll, make_thread
from pulsar.testing.client import Client


@pytest.fixture
def poll(member: Client, thread: Any) -> Any:
    """A poll of ``member``."""
    return make_poll(member, thread["id"])


@pytest.fixture
def votes(poll: Any) -> list[str]:
    """The paths for voting for each choice."""
    return [f"/polls/votes/{choice['id']}" for choice in poll["choices"]]


def answers(client: Client, poll: Any) -> list[int]:
    """Return the number of votes for each choice."""
    return [choice["answers"] for choice in get_json(client, f"/polls/{poll['id']}")["choices"]]


class TestVote:
    def test_counts(self, member: Client, other: Client, poll: Any, votes: list[str]) -> None:
        choice_id = poll["choices"][1]["id"]
        answer = other.post(votes[1], status=200)
        said = f"You have successfully voted for choice {choice_id}."
        assert answer.json["response"] == said
        assert answers(member, poll) == [0, 1]
        assert get_json(other, f"/polls/{poll['id']}")["voted"] == choice_id
        assert get_json(member, f"/polls/{poll['id']}")["voted"] is None

    def test_in_the_thread(self, member: Client, other: Client, path: str, votes: Any) -> None:
        for client in (member, other):
            assert get_json(client, path)["poll"]["voted"] is None
        other.post(votes[0], status=200)
        assert get_json(other, path)["poll"]["voted"] is not None
        assert get_json(member, path)["poll"]["voted"] is None
        assert get_json(member, path)["poll"]["choices"][0]["answers"] == 1

    def test_once(self, other: Client, poll: Any, votes: list[str]) -> None:
        other.post(votes[0], status=200)
        for vote in votes:
            answer = other.post(vote, status=400)
            assert answer.json["response"] == "You have already voted on this poll."
        assert answers(other, poll) == [1, 0]

    def test_closed(self, other: Client, moderator: Client, poll: Any, votes: list[str]) -> None:
        moderator.put(f"/polls/{poll['id']}", {"closed": True}, status=200)
        answer = other.post(votes[0], status=400)
        assert answer.json["code"] == "poll_closed"
        assert answers(other, poll) == [0, 0]
        moderator.put(f"/polls/{poll['id']}", {"closed": False}, status=200)
        other.post(votes[0], status=200)

    def test_missing(self, member: Client, moderator: Client, poll: Any, votes: Any) -> None:
        change = {"choices": {"add": ["New"], "delete": [poll["choices"][0]["id"]]}}
        moderator.put(f"/polls/{poll['id']}", change, status=200)
        for vote in (votes[0], "/polls/votes/1000000000"):
            member.post(vote, status=404)

    def test_in_threads_one_does_not_see(
        self, member: Client, staff: Client, closed_id: int
    ) -> None:
        poll = make_poll(staff, make_thread(staff, closed_id)["id"])
        member.post(f"/polls/votes/{poll['choices'][0]['id']}", status=404)

    def test_in_a_deleted_thread(
        self, member: Client, moderator: Client, path: str, votes: list[str]
    ) -> None:
        moderator.delete(path, status=200)
        for client in (member, moderator):
            client.post(votes[0], status=404)
