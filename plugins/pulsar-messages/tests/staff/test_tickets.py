"""Asking staff, and reading tickets."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person
from pulsar.users.models import User

PATH = "/staff_messages"


class TestAsk:
    def test_what_is_shown(self, bob: Person) -> None:
        body = {"topic": " Help ", "message": "*Please*", "format": "markdown"}
        answer = bob.client.post(PATH, body, status=201)
        response = answer.json["response"]
        assert answer.location.endswith(f"{PATH}/{response['id']}")
        user = {"id": bob.user.id, "username": "bob"}
        (message,) = response.pop("messages")["items"]
        assert "<em>Please</em>" in message.pop("contents_html")
        assert message == {
            "id": message["id"],
            "user": user,
            "time": message["time"],
            "contents": "*Please*",
            "format": "markdown",
            "internal": False,
        }
        assert response == {
            "id": response["id"],
            "topic": "Help",
            "user": user,
            "status": "open",
            "created": response["created"],
            "active": response["active"],
        }

    @pytest.mark.parametrize(
        ("changed", "errors"),
        [
            ({"topic": ""}, {"topic": ["length of value must be at least 1"]}),
            ({"topic": " "}, {"topic": ["value must not be blank"]}),
            ({"topic": "x" * 129}, {"topic": ["length of value must be at most 128"]}),
            ({"message": " "}, {"message": ["value must not be blank"]}),
            ({"message": "x" * 250_001}, {"message": ["length of value must be at most 250000"]}),
            (
                {"format": "html"},
                {"format": ["value is not allowed: choose one of bbcode, markdown"]},
            ),
            ({"internal": True}, {"internal": ["extra keys not allowed"]}),
        ],
    )
    def test_wrong(self, bob: Person, tickets: Any, changed: Any, errors: Any) -> None:
        body = {"topic": "Help", "message": "Please", **changed}
        assert bob.client.post(PATH, body, status=400).json["errors"] == errors
        assert tickets(bob) == []


class TestList:
    def test_own(self, bob: Person, carol: Person, ask: Any, tickets: Any) -> None:
        first, _, second = ask(bob), ask(carol), ask(bob)
        assert tickets(bob) == [second, first]
        assert tickets(bob, "own=false") == [second, first]

    def test_all(self, bob: Person, handler: Person, ask: Any, tickets: Any, answer: Any) -> None:
        first, second = ask(bob), ask(handler)
        assert tickets(handler) == [second, first]
        assert tickets(handler, "own=true") == [second]
        answer(handler, first)
        assert tickets(handler) == [first, second]

    def test_status(
        self, bob: Person, handler: Person, ask: Any, tickets: Any, answer: Any
    ) -> None:
        opened, answered, resolved = (ask(bob) for _ in range(3))
        answer(handler, answered)
        bob.client.post(f"{PATH}/{resolved}/resolve", status=200)
        for reader in (bob, handler):
            assert tickets(reader, "status=open") == [opened]
            assert tickets(reader, "status=answered") == [answered]
            assert tickets(reader, "status=resolved") == [resolved]

    def test_assigned(
        self, bob: Person, handler: Person, boss: Person, ask: Any, tickets: Any
    ) -> None:
        mine, of_class, free = (ask(bob) for _ in range(3))
        handler.client.put(f"{PATH}/{mine}", {"assigned_to": handler.user.id}, status=200)
        handler.client.put(f"{PATH}/{of_class}", {"assigned_class": 2}, status=200)
        assert tickets(boss, f"assigned_to={handler.user.id}") == [mine]
        assert tickets(boss, "assigned_class=2") == [of_class]
        assert tickets(boss, "unassigned=true") == [free]
        assert tickets(boss, "unassigned=false") == [of_class, mine]

    @pytest.mark.parametrize("query", ["assigned_to=1", "assigned_class=2", "unassigned=true"])
    def test_members_cannot_ask_who_has_them(self, bob: Person, query: str) -> None:
        assert bob.client.get(f"{PATH}?{query}", status=403).json["code"] == "forbidden"

    @pytest.mark.one_backend
    @pytest.mark.parametrize("query", ["status=x", "own=x", "assigned_to=0", "page=0", "x=1"])
    def test_wrong(self, handler: Person, query: str) -> None:
        answer = handler.client.get(f"{PATH}?{query}", status=400).json
        assert list(answer["errors"]) == [query.partition("=")[0]]


class TestShow:
    def test_oldest_first_in_slices(
        self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any
    ) -> None:
        ticket_id = ask(bob, message="First")
        answer(handler, ticket_id, "Second")
        messages = ticket(bob, ticket_id, "limit=1")["messages"]
        assert [item["contents"] for item in messages["items"]] == ["First"]
        rest = ticket(bob, ticket_id, f"after={messages['after']}")["messages"]
        assert [item["contents"] for item in rest["items"]] == ["Second"]
        assert rest["after"] is None

    def test_outsiders(self, bob: Person, carol: Person, ask: Any) -> None:
        other_id = ask(bob)
        for ticket_id in (other_id, ABSENT):
            for method, below in (
                ("GET", ""),
                ("POST", "/replies"),
                ("POST", "/resolve"),
                ("POST", "/unresolve"),
            ):
                answer = carol.client.request(method, f"{PATH}/{ticket_id}{below}", status=404)
                assert answer.json["response"] == f"StaffMessage {ticket_id} does not exist."

    def test_sql(self, bob: Person, handler: Person, ask: Any, answer: Any, count_sql: Any) -> None:
        ticket_id, numbers = ask(bob), []
        for _ in range(2):
            handler.client.get(f"{PATH}/{ticket_id}", status=200)
            with count_sql() as statements:
                handler.client.get(f"{PATH}/{ticket_id}", status=200)
            numbers.append(len(statements))
            for _ in range(3):
                answer(bob, ticket_id)
                answer(handler, ticket_id, internal=True)
        assert numbers[0] == numbers[1] <= 3


class TestPurge:
    def test_the_ticket_stays(
        self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any, db: Any
    ) -> None:
        ticket_id = ask(bob)
        db.execute(delete(User).where(User.id == bob.user.id))
        db.commit()
        seen_ticket = ticket(handler, ticket_id)
        assert (seen_ticket["user"], seen_ticket["messages"]["items"][0]["user"]) == (None, None)
        answer(handler, ticket_id)


class TestLocked:
    @pytest.fixture
    def locked(self, make_site: Any, settle: Any) -> Person:
        """A locked member."""
        locked: Person = settle(make_site(), "locked", locked=True)
        return locked

    def test_they_reach_staff(self, locked: Person, ask: Any, answer: Any, tickets: Any) -> None:
        ticket_id = ask(locked)
        answer(locked, ticket_id, "Please")
        assert tickets(locked) == [ticket_id]
        locked.client.post(f"{PATH}/{ticket_id}/resolve", status=200)
        locked.client.get("/messages/conversations", status=403)

    def test_locked_handlers_handle_nothing(
        self, make_site: Any, settle: Any, locked: Person, ask: Any
    ) -> None:
        ticket_id = ask(locked)
        app = locked.client.app
        former = settle(app, "former", locked=True, grants=("staff_pm_handle",))
        former.client.get(f"{PATH}/{ticket_id}", status=404)
