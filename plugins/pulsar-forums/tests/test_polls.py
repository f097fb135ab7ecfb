"""Creating, showing and changing polls."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from forums.examples import get_json, make_poll, make_thread, post
from forums.polls.models import Choice
from pulsar.testing.client import Client


@pytest.fixture
def poll(member: Client, thread: Any) -> Any:
    """A poll of ``member``."""
    return make_poll(member, thread["id"])


def choices(client: Client, poll: Any) -> dict[str, int]:
    """Return the number of votes for each choice."""
    choices = get_json(client, f"/polls/{poll['id']}")["choices"]
    return {choice["choice"]: choice["answers"] for choice in choices}


class TestCreate:
    def test_what_is_shown(self, member: Client, thread: Any, path: str, poll: Any) -> None:
        assert poll["thread"] == {"id": thread["id"], "topic": "Topic"}
        assert (poll["question"], poll["closed"], poll["featured"]) == ("Which?", False, False)
        assert [choice["choice"] for choice in poll["choices"]] == ["This one", "That one"]
        assert [choice["answers"] for choice in poll["choices"]] == [0, 0]
        assert get_json(member, f"/polls/{poll['id']}") == poll
        assert get_json(member, path)["poll"]["id"] == poll["id"]

    def test_of_others_threads(self, other: Client, moderator: Client, thread: Any) -> None:
        body = {"thread_id": thread["id"], "question": "?", "choices": ["a", "b"]}
        other.post("/polls", body, status=403)
        moderator.post("/polls", body, status=201)

    def test_one_for_each_thread(self, member: Client, thread: Any, poll: Any) -> None:
        body = {"thread_id": thread["id"], "question": "?", "choices": ["a", "b"]}
        answer = member.post("/polls", body, status=409)
        assert answer.json["code"] == "poll_exists"

    @pytest.mark.parametrize(
        "expected",
        [["only"], ["same", " Same "], [" ", "b"], ["c" * 201, "b"], [str(n) for n in range(51)]],
    )
    def test_choices(self, member: Client, thread: Any, path: str, expected: list[str]) -> None:
        body = {"thread_id": thread["id"], "question": "?", "choices": expected}
        errors = member.post("/polls", body, status=400).json["errors"]
        assert {name.partition(".")[0] for name in errors} == {"choices"}
        assert get_json(member, path)["poll"] is None

    def test_in_threads_one_does_not_see(
        self, member: Client, staff: Client, closed_id: int
    ) -> None:
        thread = make_thread(staff, closed_id)
        body = {"thread_id": thread["id"], "question": "?", "choices": ["a", "b"]}
        answer = member.post("/polls", body, status=400)
        assert answer.json["errors"] == {"thread_id": ["Invalid ForumThread id."]}


class TestEdit:
    def test_question_and_state(self, member: Client, moderator: Client, poll: Any) -> None:
        where = f"/polls/{poll['id']}"
        change = {"question": "Other?", "closed": True}
        moderator.put(where, change, status=200)
        response = get_json(member, where)
        assert (response["question"], response["closed"]) == ("Other?", True)
        member.put(where, change, status=403)

    def test_choices(
        self, member: Client, other: Client, moderator: Client, poll: Any, path: str
    ) -> None:
        this, that = (choice["id"] for choice in poll["choices"])
        member.post(f"/polls/votes/{this}", status=200)
        other.post(f"/polls/votes/{that}", status=200)
        change = {"choices": {"add": ["New"], "delete": [this]}}
        moderator.put(f"/polls/{poll['id']}", change, status=200)
        assert choices(member, poll) == {"That one": 1, "New": 0}
        assert get_json(member, path)["poll"]["voted"] is None
        # Deleting the choice has deleted their vote.
        member.post(f"/polls/votes/{that}", status=200)
        assert choices(member, poll) == {"That one": 2, "New": 0}

    def test_one_takes_the_name_of_another(self, moderator: Client, poll: Any) -> None:
        change = {"choices": {"add": ["this ONE"], "delete": [poll["choices"][0]["id"]]}}
        moderator.put(f"/polls/{poll['id']}", change, status=200)
        assert choices(moderator, poll) == {"That one": 0, "this ONE": 0}

    def test_refused_together(self, moderator: Client, poll: Any) -> None:
        change = {"question": "Other?", "choices": {"add": ["THIS one", "x", "X"], "delete": [99]}}
        answer = moderator.put(f"/polls/{poll['id']}", change, status=400)
        assert answer.json["errors"] == {
            "choices": [
                "The following poll choices could not be added: THIS one, X. "
                "The following poll choices could not be deleted: 99."
            ]
        }
        assert get_json(moderator, f"/polls/{poll['id']}") == {**poll, "voted": None}

    def test_of_another_poll(self, moderator: Client, poll: Any, forum_id: int) -> None:
        second = make_poll(moderator, make_thread(moderator, forum_id)["id"])
        strange = second["choices"][0]["id"]
        change = {"choices": {"delete": [strange]}}
        answer = moderator.put(f"/polls/{poll['id']}", change, status=400)
        said = f"The following poll choices could not be deleted: {strange}."
        assert answer.json["errors"] == {"choices": [said]}

    def test_number(self, moderator: Client, poll: Any) -> None:
        for change in (
            {"delete": [poll["choices"][0]["id"]]},
            {"add": [str(number) for number in range(49)]},
        ):
            answer = moderator.put(f"/polls/{poll['id']}", {"choices": change}, status=400)
            assert answer.json["errors"] == {"choices": ["A poll has from 2 to 50 choices."]}
            assert answer.json["response"] == "A poll has from 2 to 50 choices."

    @pytest.mark.parametrize("number", [0, 1, 60])
    def test_with_another_number(
        self, moderator: Client, poll: Any, db: Session, number: int
    ) -> None:
        db.execute(delete(Choice).where(Choice.poll_id == poll["id"]))
        rows = [{"poll_id": poll["id"], "choice": f"old {place}"} for place in range(number)]
        if rows:
            db.execute(insert(Choice), rows)
        db.commit()
        path = f"/polls/{poll['id']}"
        change = {"question": "Which?", "closed": True, "choices": {}}
        response = moderator.put(path, change, status=200).json["response"]
        assert (response["question"], response["closed"]) == ("Which?", True)
        assert len(response["choices"]) == number
        nearer = {"add": ["new"]} if number < 2 else {"delete": [response["choices"][0]["id"]]}
        response = moderator.put(path, {"choices": nearer}, status=200).json["response"]
        assert len(response["choices"]) == (number + 1 if number < 2 else number - 1)
        farther = {"add": ["newer"]} if number > 2 else {"delete": [response["choices"][0]["id"]]}
        moderator.put(path, {"choices": farther}, status=400)


class TestFeatured:
    def test_none(self, member: Client, poll: Any) -> None:
        member.get("/polls/featured", status=404)

    def test_at_most_one(self, member: Client, moderator: Client, poll: Any, path: str) -> None:
        forum_id = get_json(member, path)["forum"]["id"]
        second = make_poll(moderator, make_thread(moderator, forum_id)["id"])
        for choice in (poll, second, second, poll):
            moderator.put(f"/polls/{choice['id']}", {"featured": True}, status=200)
            assert get_json(member, "/polls/featured")["id"] == choice["id"]
            featured = [
                get_json(member, f"/polls/{key['id']}")["featured"] for key in (poll, second)
            ]
            assert featured == [choice is poll, choice is second]
            # The thread shows the change, too.
            assert get_json(member, path)["poll"]["featured"] is (choice is poll)
        moderator.put(f"/polls/{poll['id']}", {"featured": False}, status=200)
        member.get("/polls/featured", status=404)

    def test_its_thread_is_deleted(
        self, member: Client, moderator: Client, poll: Any, path: str
    ) -> None:
        moderator.put(f"/polls/{poll['id']}", {"featured": True}, status=200)
        moderator.delete(path, status=200)
        for client in (member, moderator):
            client.get("/polls/featured", status=404)
        member.get(f"/polls/{poll['id']}", status=404)

    def test_many_choices(self, member: Client, thread: Any) -> None:
        poll = post(
            member,
            "/polls",
            thread_id=thread["id"],
            question="q" * 250,
            choices=[str(number) for number in range(50)],
        )
        assert len(poll["choices"]) == 50
