"""Replies at the same time, on a site that commits."""

from __future__ import annotations

from typing import Any

ROUNDS = 8


class TestReplies:
    def test_counts_and_unread_states(
        self,
        make_site: Any,
        settle: Any,
        start: Any,
        reply: Any,
        show: Any,
        folder: Any,
        told: Any,
        together: Any,
    ) -> None:
        app = make_site()
        alice, bob = settle(app, "alice"), settle(app, "bob")
        conversation_id = start(alice, bob)
        for number in range(ROUNDS):
            show(alice, conversation_id), show(bob, conversation_id)
            together(lambda: reply(alice, conversation_id), lambda: reply(bob, conversation_id))
            (of_alice,), (of_bob,) = folder(alice), folder(bob)
            assert of_alice["messages_count"] == 3 + 2 * number
            # Neither has read the message of the other.
            assert (of_alice["read"], of_bob["read"]) == (False, False)
            assert (len(told(alice)), len(told(bob))) == (1, 1)
        items = show(bob, conversation_id)["messages"]["items"]
        assert show(bob, conversation_id)["last_message"]["id"] == items[-1]["id"]
        assert len(items) == 1 + 2 * ROUNDS

    def test_many_at_once_tell_once(
        self,
        make_site: Any,
        settle: Any,
        start: Any,
        reply: Any,
        told: Any,
        show: Any,
        together: Any,
    ) -> None:
        app = make_site()
        alice = settle(app, "alice", grants=("messages_add_multiple_users",))
        others = [settle(app, f"member{number}") for number in range(3)]
        conversation_id = start(alice, *others)
        show(alice, conversation_id)
        together(*[lambda other=other: reply(other, conversation_id) for other in others])
        assert show(alice, conversation_id, "limit=1")["messages_count"] == 4
        assert len(told(alice)) == 1

    def test_reading_meanwhile(
        self,
        make_site: Any,
        settle: Any,
        start: Any,
        reply: Any,
        show: Any,
        folder: Any,
        together: Any,
    ) -> None:
        """A conversation is read only if the new message was shown, in either order."""
        app = make_site()
        alice, bob = settle(app, "alice"), settle(app, "bob")
        conversation_id = start(alice, bob)
        for _ in range(ROUNDS):
            sent, conversation = together(
                lambda: reply(alice, conversation_id), lambda: show(bob, conversation_id)
            )
            seen = [item["id"] for item in conversation["messages"]["items"]]
            assert folder(bob)[0]["read"] is (sent["id"] in seen)


class TestMembers:
    def test_the_same_one_twice(
        self, make_site: Any, settle: Any, start: Any, together: Any
    ) -> None:
        app = make_site()
        alice = settle(app, "alice", grants=("messages_add_multiple_users",))
        bob, carol = settle(app, "bob"), settle(app, "carol")
        path = f"/messages/{start(alice, bob)}/members"
        body = {"user_ids": [carol.user.id]}
        answers = together(*[lambda: alice.client.post(path, body).status_int] * 3)
        assert sorted(answers) == [200, 400, 400]

    def test_blocking_twice(self, make_site: Any, settle: Any, together: Any) -> None:
        app = make_site()
        alice, bob = settle(app, "alice"), settle(app, "bob")
        body = {"user_id": bob.user.id}
        answers = together(*[lambda: alice.client.post("/messages/blocks", body).status_int] * 3)
        assert sorted(answers) == [201, 409, 409]


class TestLock:
    def test_no_reply_gets_past(
        self, make_site: Any, settle: Any, start: Any, mark: Any, show: Any, together: Any
    ) -> None:
        app = make_site()
        boss, bob = settle(app, "boss", user_class_id=2), settle(app, "bob")
        conversation_id = start(boss, bob)
        body = {"conv_id": conversation_id, "message": "And?"}

        def send() -> int:
            status: int = bob.client.post("/messages/replies", body).status_int
            return status

        def lock() -> int:
            mark(boss, conversation_id, locked=True)
            return 200

        statuses = together(send, send, lock)
        assert set(statuses[:2]) <= {201, 400}
        assert show(boss, conversation_id)["messages_count"] == 1 + statuses.count(201)
        assert send() == 400
