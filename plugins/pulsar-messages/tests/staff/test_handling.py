"""Answering, assigning and resolving tickets."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

PATH = "/staff_messages"


class TestReply:
    def test_status(self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any) -> None:
        ticket_id = ask(bob)
        answer(handler, ticket_id)
        assert ticket(bob, ticket_id)["status"] == "answered"
        answer(bob, ticket_id, "And?")
        assert ticket(bob, ticket_id)["status"] == "open"
        bob.client.post(f"{PATH}/{ticket_id}/resolve", status=200)
        answer(bob, ticket_id, "Still not.")
        assert ticket(bob, ticket_id)["status"] == "open"

    def test_active(self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any) -> None:
        ticket_id = ask(bob)
        reply = answer(handler, ticket_id)
        assert ticket(bob, ticket_id)["active"] == reply["time"]

    @pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": " "}, {"message": 1}])
    def test_wrong(self, bob: Person, ask: Any, body: Any) -> None:
        answer = bob.client.post(f"{PATH}/{ask(bob)}/replies", body, status=400).json
        assert list(answer["errors"]) == ["message"]


class TestInternal:
    def test_members_see_nothing_of_it(
        self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any, told: Any
    ) -> None:
        ticket_id = ask(bob)
        before = ticket(bob, ticket_id)
        note = answer(handler, ticket_id, "Watch out.", internal=True)
        assert note["internal"] is True
        assert ticket(bob, ticket_id) == before
        assert told(bob, "staff_message_answered") == []
        seen = ticket(handler, ticket_id)["messages"]["items"]
        assert [item["internal"] for item in seen] == [False, True]

    def test_not_by_slices_either(
        self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any
    ) -> None:
        ticket_id = ask(bob)
        answer(handler, ticket_id, "Watch out.", internal=True)
        assert ticket(bob, ticket_id, "limit=1")["messages"]["after"] is None
        assert ticket(handler, ticket_id, "limit=1")["messages"]["after"] is not None

    def test_of_members(self, bob: Person, ask: Any, ticket: Any) -> None:
        ticket_id = ask(bob)
        body = {"message": "x", "internal": True}
        bob.client.post(f"{PATH}/{ticket_id}/replies", body, status=403)
        assert len(ticket(bob, ticket_id)["messages"]["items"]) == 1

    def test_on_staff(
        self, handler: Person, boss: Person, ask: Any, answer: Any, ticket: Any, tickets: Any
    ) -> None:
        """Staff are ordinary members in their own tickets."""
        ticket_id = ask(handler)
        answer(boss, ticket_id, "Watch out.", internal=True)
        boss.client.put(f"{PATH}/{ticket_id}", {"assigned_to": boss.user.id}, status=200)
        seen = ticket(handler, ticket_id)
        assert len(seen["messages"]["items"]) == 1
        assert seen["assigned_to"] is None
        assert tickets(handler, f"assigned_to={boss.user.id}") == []
        body = {"message": "x", "internal": True}
        handler.client.post(f"{PATH}/{ticket_id}/replies", body, status=403)
        handler.client.put(f"{PATH}/{ticket_id}", {"status": "resolved"}, status=404)


class TestAssign:
    def test_to_somebody(
        self, bob: Person, handler: Person, boss: Person, ask: Any, ticket: Any
    ) -> None:
        ticket_id = ask(bob)
        body = {"assigned_to": boss.user.id, "assigned_class": 2, "status": "answered"}
        response = handler.client.put(f"{PATH}/{ticket_id}", body, status=200).json["response"]
        assert response["assigned_to"] == {"id": boss.user.id, "username": "boss"}
        assert response["assigned_class"] == {"id": 2, "name": "Staff"}
        assert response["status"] == "answered"
        seen = ticket(bob, ticket_id)
        assert not {"assigned_to", "assigned_class"}.intersection(seen)

    def test_to_nobody(self, bob: Person, handler: Person, ask: Any, tickets: Any) -> None:
        ticket_id = ask(bob)
        for assigned_to in (handler.user.id, None):
            body = {"assigned_to": assigned_to}
            handler.client.put(f"{PATH}/{ticket_id}", body, status=200)
        assert tickets(handler, "unassigned=true") == [ticket_id]

    def test_wrong(
        self, bob: Person, carol: Person, handler: Person, boss: Person, ask: Any
    ) -> None:
        ticket_id = ask(boss)
        for wrong in (carol.user.id, boss.user.id, ABSENT):
            body = {"assigned_to": wrong, "assigned_class": ABSENT}
            answer = handler.client.put(f"{PATH}/{ticket_id}", body, status=400).json
            assert answer["errors"] == {
                "assigned_to": ["Invalid User id."],
                "assigned_class": ["Invalid UserClass id."],
            }

    def test_members(self, bob: Person, ask: Any) -> None:
        for ticket_id in (ask(bob), ABSENT):
            bob.client.put(f"{PATH}/{ticket_id}", {"status": "resolved"}, status=403)


class TestResolve:
    @pytest.mark.parametrize("name", ["bob", "handler"])
    def test_there_and_back(
        self, request: pytest.FixtureRequest, bob: Person, ask: Any, name: str
    ) -> None:
        caller, path = request.getfixturevalue(name), f"{PATH}/{ask(bob)}"
        for action, status, code in (
            ("resolve", "resolved", "already_resolved"),
            ("unresolve", "open", "not_resolved"),
        ):
            response = caller.client.post(f"{path}/{action}", status=200).json["response"]
            assert response["status"] == status
            assert caller.client.post(f"{path}/{action}", status=400).json["code"] == code


class TestLog:
    def test_what_staff_do(
        self, bob: Person, handler: Person, ask: Any, answer: Any, logged: Any
    ) -> None:
        ticket_id = ask(bob, topic="A secret")
        answer(handler, ticket_id)
        answer(handler, ticket_id, internal=True)
        body = {"assigned_to": handler.user.id, "status": "answered"}
        handler.client.put(f"{PATH}/{ticket_id}", body, status=200)
        handler.client.post(f"{PATH}/{ticket_id}/resolve", status=200)
        handler.client.post(f"{PATH}/{ticket_id}/unresolve", status=200)
        summary = f"StaffMessage {ticket_id}"
        assigned = ({"assignee_id": None}, {"assignee_id": handler.user.id})
        assert logged() == [
            ("staff_message_answered", summary, None, None),
            ("staff_message_noted", summary, None, None),
            ("staff_message_edited", summary, *assigned),
            ("staff_message_resolved", summary, {"status": "answered"}, {"status": "resolved"}),
            ("staff_message_unresolved", summary, {"status": "resolved"}, {"status": "open"}),
        ]

    def test_what_members_do(self, bob: Person, ask: Any, answer: Any, logged: Any) -> None:
        ticket_id = ask(bob)
        answer(bob, ticket_id)
        bob.client.post(f"{PATH}/{ticket_id}/resolve", status=200)
        assert logged() == []


class TestNotifications:
    def test_new_ones(
        self,
        bob: Person,
        carol: Person,
        handler: Person,
        boss: Person,
        join: Any,
        ask: Any,
        told: Any,
    ) -> None:
        former = join("former", denials=("staff_pm_handle",), grants=())
        ticket_id = ask(bob, topic="Help")
        contents = {"staff_message_id": ticket_id, "topic": "Help", "from": "bob"}
        assert told(handler, "staff_message_new") == [contents]
        assert told(boss, "staff_message_new") == [contents]
        for other in (bob, carol, former):
            assert told(other, "staff_message_new") == []

    def test_of_secondary_classes(
        self, bob: Person, join: Any, boss: Person, ask: Any, told: Any
    ) -> None:
        helper = join("helper")
        body = {"name": "Helpers", "permissions": ["staff_pm_handle"]}
        secondary_class = boss.client.post("/secondary_classes", body, status=201).json["response"]
        path = f"/secondary_classes/{secondary_class['id']}/members"
        boss.client.post(path, {"user_id": helper.user.id}, status=201)
        ask(bob)
        assert len(told(helper, "staff_message_new")) == 1

    def test_who_does_not_want_them(
        self, bob: Person, handler: Person, ask: Any, told: Any
    ) -> None:
        choice = {"type": "staff_message_new", "channel": "site", "wanted": False}
        handler.client.put("/notifications/choices", {"choices": [choice]}, status=200)
        ask(bob)
        assert told(handler, "staff_message_new") == []

    def test_further_ones_go_to_who_has_it(
        self, bob: Person, handler: Person, boss: Person, ask: Any, answer: Any, told: Any
    ) -> None:
        ticket_id = ask(bob)
        answer(bob, ticket_id)
        assert [len(told(who, "staff_message_new")) for who in (handler, boss)] == [2, 2]
        handler.client.put(f"{PATH}/{ticket_id}", {"assigned_to": boss.user.id}, status=200)
        answer(bob, ticket_id)
        assert [len(told(who, "staff_message_new")) for who in (handler, boss)] == [2, 3]

    def test_who_handles_no_longer(
        self, bob: Person, handler: Person, boss: Person, ask: Any, told: Any
    ) -> None:
        ask(bob)
        path = f"/users/{handler.user.id}"
        boss.client.put(path, {"permissions": {"staff_pm_handle": False}}, status=200)
        assert told(handler, "staff_message_new") == []

    def test_answers(
        self, bob: Person, carol: Person, handler: Person, ask: Any, answer: Any, told: Any
    ) -> None:
        ticket_id = ask(bob, topic="Help")
        answer(handler, ticket_id)
        contents = {"staff_message_id": ticket_id, "topic": "Help"}
        assert told(bob, "staff_message_answered") == [contents]
        for other in (carol, handler):
            assert told(other, "staff_message_answered") == []

    def test_sql(self, bob: Person, join: Any, ask: Any, count_sql: Any) -> None:
        """A new ticket takes as many statements with many handlers as with one."""
        numbers = []
        join(grants=("staff_pm_handle",))
        for _ in range(2):
            ask(bob)
            with count_sql() as statements:
                ask(bob)
            numbers.append(len(statements))
            for _ in range(4):
                join(grants=("staff_pm_handle",))
        assert numbers[0] == numbers[1]
