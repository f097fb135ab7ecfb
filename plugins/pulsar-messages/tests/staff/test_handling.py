"""Answering, assigning and resolving tickets."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

PATH = "/staff_messages"


class TestReply:
    def test_status(self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any) -> None:
        made = ask(bob)
        answer(handler, made)
        assert ticket(bob, made)["status"] == "answered"
        answer(bob, made, "And?")
        assert ticket(bob, made)["status"] == "open"
        bob.client.post(f"{PATH}/{made}/resolve", status=200)
        answer(bob, made, "Still not.")
        assert ticket(bob, made)["status"] == "open"

    def test_active(self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any) -> None:
        made = ask(bob)
        reply = answer(handler, made)
        assert ticket(bob, made)["active"] == reply["time"]

    @pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": " "}, {"message": 1}])
    def test_wrong(self, bob: Person, ask: Any, body: Any) -> None:
        found = bob.client.post(f"{PATH}/{ask(bob)}/replies", body, status=400).json
        assert list(found["errors"]) == ["message"]


class TestInternal:
    def test_members_see_nothing_of_it(
        self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any, told: Any
    ) -> None:
        made = ask(bob)
        before = ticket(bob, made)
        note = answer(handler, made, "Watch out.", internal=True)
        assert note["internal"] is True
        assert ticket(bob, made) == before
        assert told(bob, "staff_message_answered") == []
        seen = ticket(handler, made)["messages"]["items"]
        assert [one["internal"] for one in seen] == [False, True]

    def test_not_by_slices_either(
        self, bob: Person, handler: Person, ask: Any, answer: Any, ticket: Any
    ) -> None:
        made = ask(bob)
        answer(handler, made, "Watch out.", internal=True)
        assert ticket(bob, made, "limit=1")["messages"]["after"] is None
        assert ticket(handler, made, "limit=1")["messages"]["after"] is not None

    def test_of_members(self, bob: Person, ask: Any, ticket: Any) -> None:
        made = ask(bob)
        body = {"message": "x", "internal": True}
        bob.client.post(f"{PATH}/{made}/replies", body, status=403)
        assert len(ticket(bob, made)["messages"]["items"]) == 1

    def test_on_staff(
        self, handler: Person, boss: Person, ask: Any, answer: Any, ticket: Any, tickets: Any
    ) -> None:
        """Staff are ordinary members in their own tickets."""
        made = ask(handler)
        answer(boss, made, "Watch out.", internal=True)
        boss.client.put(f"{PATH}/{made}", {"assigned_to": boss.user.id}, status=200)
        shown = ticket(handler, made)
        assert len(shown["messages"]["items"]) == 1
        assert shown["assigned_to"] is None
        assert tickets(handler, f"assigned_to={boss.user.id}") == []
        body = {"message": "x", "internal": True}
        handler.client.post(f"{PATH}/{made}/replies", body, status=403)
        handler.client.put(f"{PATH}/{made}", {"status": "resolved"}, status=404)


class TestAssign:
    def test_to_somebody(
        self, bob: Person, handler: Person, boss: Person, ask: Any, ticket: Any
    ) -> None:
        made = ask(bob)
        body = {"assigned_to": boss.user.id, "assigned_class": 2, "status": "answered"}
        shown = handler.client.put(f"{PATH}/{made}", body, status=200).json["response"]
        assert shown["assigned_to"] == {"id": boss.user.id, "username": "boss"}
        assert shown["assigned_class"] == {"id": 2, "name": "Staff"}
        assert shown["status"] == "answered"
        seen = ticket(bob, made)
        assert not {"assigned_to", "assigned_class"}.intersection(seen)

    def test_to_nobody(self, bob: Person, handler: Person, ask: Any, tickets: Any) -> None:
        made = ask(bob)
        for assigned_to in (handler.user.id, None):
            body = {"assigned_to": assigned_to}
            handler.client.put(f"{PATH}/{made}", body, status=200)
        assert tickets(handler, "unassigned=true") == [made]

    def test_wrong(
        self, bob: Person, carol: Person, handler: Person, boss: Person, ask: Any
    ) -> None:
        made = ask(boss)
        for wrong in (carol.user.id, boss.user.id, ABSENT):
            body = {"assigned_to": wrong, "assigned_class": ABSENT}
            found = handler.client.put(f"{PATH}/{made}", body, status=400).json
            assert found["errors"] == {
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
            shown = caller.client.post(f"{path}/{action}", status=200).json["response"]
            assert shown["status"] == status
            assert caller.client.post(f"{path}/{action}", status=400).json["code"] == code


class TestLog:
    def test_what_staff_do(
        self, bob: Person, handler: Person, ask: Any, answer: Any, logged: Any
    ) -> None:
        made = ask(bob, topic="A secret")
        answer(handler, made)
        answer(handler, made, internal=True)
        body = {"assigned_to": handler.user.id, "status": "answered"}
        handler.client.put(f"{PATH}/{made}", body, status=200)
        handler.client.post(f"{PATH}/{made}/resolve", status=200)
        handler.client.post(f"{PATH}/{made}/unresolve", status=200)
        summary = f"StaffMessage {made}"
        assigned = ({"assignee_id": None}, {"assignee_id": handler.user.id})
        assert logged() == [
            ("staff_message_answered", summary, None, None),
            ("staff_message_noted", summary, None, None),
            ("staff_message_edited", summary, *assigned),
            ("staff_message_resolved", summary, {"status": "answered"}, {"status": "resolved"}),
            ("staff_message_unresolved", summary, {"status": "resolved"}, {"status": "open"}),
        ]

    def test_what_members_do(self, bob: Person, ask: Any, answer: Any, logged: Any) -> None:
        made = ask(bob)
        answer(bob, made)
        bob.client.post(f"{PATH}/{made}/resolve", status=200)
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
        made = ask(bob, topic="Help")
        contents = {"staff_message_id": made, "topic": "Help", "from": "bob"}
        assert told(handler, "staff_message_new") == [contents]
        assert told(boss, "staff_message_new") == [contents]
        for other in (bob, carol, former):
            assert told(other, "staff_message_new") == []

    def test_of_secondary_classes(
        self, bob: Person, join: Any, boss: Person, ask: Any, told: Any
    ) -> None:
        helper = join("helper")
        body = {"name": "Helpers", "permissions": ["staff_pm_handle"]}
        made = boss.client.post("/secondary_classes", body, status=201).json["response"]
        path = f"/secondary_classes/{made['id']}/members"
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
        made = ask(bob)
        answer(bob, made)
        assert [len(told(one, "staff_message_new")) for one in (handler, boss)] == [2, 2]
        handler.client.put(f"{PATH}/{made}", {"assigned_to": boss.user.id}, status=200)
        answer(bob, made)
        assert [len(told(one, "staff_message_new")) for one in (handler, boss)] == [2, 3]

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
        made = ask(bob, topic="Help")
        answer(handler, made)
        contents = {"staff_message_id": made, "topic": "Help"}
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
