"""Staff and members at the same time, on a site that commits."""

from __future__ import annotations

from typing import Any

from pulsar.testing.site_model import Person

PATH = "/staff_messages"


class TestTickets:
    def test_resolving_twice(self, make_site: Any, settle: Any, ask: Any, together: Any) -> None:
        app = make_site()
        bob: Person = settle(app, "bob")
        boss: Person = settle(app, "boss", user_class_id=2)
        path = f"{PATH}/{ask(bob)}/resolve"
        callers = (bob, boss, bob)
        statuses = together(
            *[lambda item=caller: item.client.post(path).status_int for caller in callers]
        )
        assert sorted(statuses) == [200, 400, 400]

    def test_both_write(
        self, make_site: Any, settle: Any, ask: Any, answer: Any, ticket: Any, together: Any
    ) -> None:
        """The status of the ticket belongs to its last message."""
        app = make_site()
        bob, boss = settle(app, "bob"), settle(app, "boss", user_class_id=2)
        ticket_id = ask(bob)
        for _ in range(5):
            together(lambda: answer(bob, ticket_id, "And?"), lambda: answer(boss, ticket_id))
            seen_ticket = ticket(bob, ticket_id)
            last = max(seen_ticket["messages"]["items"], key=lambda item: item["id"])
            by_member = last["user"]["id"] == bob.user.id
            assert seen_ticket["status"] == ("open" if by_member else "answered")


class TestAnswers:
    def test_the_same_name_twice(self, make_site: Any, settle: Any, together: Any) -> None:
        boss: Person = settle(make_site(), "boss", user_class_id=2)
        body = {"name": "Ratio", "contents": "Seed."}
        statuses = together(*[lambda: boss.client.post(f"{PATH}/answers", body).status_int] * 3)
        assert sorted(statuses) == [201, 409, 409]
