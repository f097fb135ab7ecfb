"""Conversations of purged members."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from pulsar.testing.site_model import Person
from pulsar.users.models import User


class TestPurge:
    def test_others_keep_it(
        self, alice: Person, bob: Person, start: Any, reply: Any, show: Any, folder: Any, db: Any
    ) -> None:
        made = start(alice, bob, message="Tulips")
        reply(bob, made)
        db.execute(delete(User).where(User.id == alice.user.id))
        db.commit()
        shown = show(bob, made)
        assert shown["creator"] is None
        assert [member["username"] for member in shown["members"]] == ["bob"]
        users = [message["user"] for message in shown["messages"]["items"]]
        assert users == [None, {"id": bob.user.id, "username": "bob"}]
        assert [one["id"] for one in folder(bob, "q=tulips")] == [made]
        reply(bob, made)
