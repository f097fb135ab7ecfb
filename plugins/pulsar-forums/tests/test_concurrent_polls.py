"""Concurrent votes and edits of polls."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from forums.examples import get_json, make_poll, make_thread


@pytest.fixture
def poll(site: Any) -> Any:
    """A poll of staff."""
    return make_poll(site.staff, make_thread(site.staff, site.forum_id)["id"])


class TestVotes:
    def test_one_vote_wins(self, site: Any, together: Any, poll: Any) -> None:
        member = site.join()
        choices = [choice["id"] for choice in poll["choices"]] * 2
        answers = together(
            *(partial(site.again(member).post, f"/polls/votes/{key}") for key in choices)
        )
        assert sorted(answer.status_int for answer in answers) == [200, 400, 400, 400]
        response = get_json(member, f"/polls/{poll['id']}")
        assert sum(choice["answers"] for choice in response["choices"]) == 1
        (chosen,) = (choice["id"] for choice in response["choices"] if choice["answers"])
        assert response["voted"] == chosen

    def test_every_vote_counts(self, site: Any, together: Any, poll: Any) -> None:
        key = poll["choices"][0]["id"]
        members = [site.join() for _ in range(6)]
        together(*(partial(client.post, f"/polls/votes/{key}", status=200) for client in members))
        assert get_json(site.staff, f"/polls/{poll['id']}")["choices"][0]["answers"] == 6


class TestChanges:
    def test_one_is_featured(self, site: Any, together: Any) -> None:
        polls = [
            make_poll(site.staff, make_thread(site.staff, site.forum_id)["id"])["id"]
            for _ in range(4)
        ]
        editors = [site.join("modify_forum_polls") for _ in polls]
        for _ in range(3):
            together(
                *(
                    partial(client.put, f"/polls/{key}", {"featured": True}, status=200)
                    for client, key in zip(editors, polls, strict=True)
                )
            )
            featured = [key for key in polls if get_json(site.staff, f"/polls/{key}")["featured"]]
            assert featured == [get_json(site.staff, "/polls/featured")["id"]]

    def test_the_same_choice_is_added_once(self, site: Any, together: Any, poll: Any) -> None:
        editors = [site.join("modify_forum_polls") for _ in range(3)]
        change = {"choices": {"add": ["New"]}}
        answers = together(
            *(partial(client.put, f"/polls/{poll['id']}", change) for client in editors)
        )
        assert sorted(answer.status_int for answer in answers) == [200, 400, 400]

    def test_one_poll_for_a_thread(self, site: Any, together: Any) -> None:
        thread_id = make_thread(site.staff, site.forum_id)["id"]
        body = {"thread_id": thread_id, "question": "?", "choices": ["a", "b"]}
        editors = [site.join("modify_forum_polls") for _ in range(3)]
        answers = together(*(partial(client.post, "/polls", body) for client in editors))
        assert sorted(answer.status_int for answer in answers) == [201, 409, 409]
