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
        conversation_id = start(alice, bob, message="Tulips")
        reply(bob, conversation_id)
        db.execute(delete(User).where(User.id == alice.user.id))
        db.commit()
        conversation = show(bob, conversation_id)
        assert conversation["creator"] is None
        assert [member["username"] for member in conversation["members"]] == ["bob"]
        users = [message["user"] for message in conversation["messages"]["items"]]
        assert users == [None, {"id": bob.user.id, "username": "bob"}]
        assert [conversation["id"] for conversation in folder(bob, "q=tulips")] == [conversation_id]
        reply(bob, conversation_id)
