"""A member gets more permissions than a moderator while the moderator edits the member."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, text

from pulsar.classes.models import SecondaryClass, SecondaryClassPermission
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.testing.processes import wait_for

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
#: The requests that promote the member, by their kind.
PROMOTIONS: dict[str, tuple[str, str, Callable[[dict[str, int]], dict[str, Any]]]] = {
    "class": (
        "put",
        "/users/{user}/class",
        lambda ids: {"user_class_id": ids["high"], "reason": "x"},
    ),
    "secondary class": (
        "post",
        "/secondary_classes/{secondary}/members",
        lambda ids: {"user_id": ids["user"]},
    ),
    "grant": ("put", "/users/{user}", lambda ids: {"permissions": {"users_warn": True}}),
    "what the class carries": (
        "put",
        "/user_classes/{low}",
        lambda ids: {"permissions": {"users_warn": True}},
    ),
}
#: The beginnings of the writing statements of such a request.
_WRITES = ("UPDATE users", "INSERT INTO secondary_class", "INSERT INTO user_", "UPDATE user_class")


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestPromotion:
    @pytest.mark.parametrize("kind", PROMOTIONS)
    def test_counts_for_whoever_edits_meanwhile(
        self, make_site: Callable[..., Any], kind: str
    ) -> None:
        """The edit waits for the promotion, and is then refused."""
        sites = [make_site(), make_site()]
        database = sites[0].registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            low = factory.user_class("Low", rank=10)
            high = factory.user_class("High", rank=600)
            middle = factory.user_class("Middle", "users_view", "users_moderate", rank=400)
            secondary = SecondaryClass(name="Warners")
            session.add(secondary)
            session.flush()
            carried = {"secondary_class_id": secondary.id, "permission": "users_warn"}
            session.add(SecondaryClassPermission(**carried))
            user = factory.user("member", user_class_id=low.id)
            ids = {"user": user.id, "low": low.id, "high": high.id, "secondary": secondary.id}
            staff = Client(sites[0], factory.key(factory.staff("staff")))
            moderator = Client(
                sites[1], factory.key(factory.user("moderator", user_class_id=middle.id))
            )
            session.commit()
        staff.get("/users/me", status=200)
        moderator.get(f"/users/{ids['user']}", status=200)
        written, go_on = Event(), Event()

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith(_WRITES):
                connection.info["promoting"] = True

        def hold(connection: Any) -> None:
            if connection.info.pop("promoting", False):
                written.set()
                assert go_on.wait(60)

        event.listen(database.engine, "after_cursor_execute", note)
        event.listen(database.engine, "commit", hold)
        method, path, body = PROMOTIONS[kind]
        send = getattr(staff, method)
        with ThreadPoolExecutor(2) as threads:
            promotion = threads.submit(send, path.format(**ids), body(ids))
            try:
                wait_for(lambda: written.is_set() or promotion.done(), 60, "the promotion")
                assert written.is_set(), promotion.result().json
                edit = threads.submit(moderator.put, f"/users/{ids['user']}", {"invites": 7})

                def waits() -> bool:
                    with sites[1].registry.getUtility(IDatabase).session() as session:
                        return edit.done() or bool(session.scalar(_WAITING))

                wait_for(waits, 60, "the edit, or its waiting")
            finally:
                go_on.set()
            assert promotion.result().status_int in (200, 201)
            answer = edit.result()
        assert (answer.status_int, answer.json["code"]) == (403, "outranked")
