"""Marking conversations as read, starred and deleted; locking them."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.site_model import Person

PATH = "/messages/conversations"


@pytest.fixture
def two(alice: Person, bob: Person, start: Any) -> list[int]:
    """Two conversations of alice and bob."""
    return [start(alice, bob), start(alice, bob)]


class TestOne:
    @pytest.mark.parametrize("name", ["read", "starred", "deleted"])
    def test_on_and_off(
        self, boss: Person, alice: Person, start: Any, mark: Any, show: Any, name: str
    ) -> None:
        conversation_id = start(alice, boss)
        show(boss, conversation_id)
        for value in (True, False):
            said = mark(boss, conversation_id, **{name: value})
            assert said == f"Successfully modified conversation {conversation_id}."
            assert show(boss, conversation_id, "after=999999")[name] is value

    def test_several_at_once(self, bob: Person, two: Any, mark: Any, folder: Any) -> None:
        mark(bob, two[0], read=True, starred=True)
        (conversation,) = folder(bob, "filter=starred")
        assert (conversation["read"], conversation["starred"], conversation["deleted"]) == (
            True,
            True,
            False,
        )

    def test_nothing(self, bob: Person, two: Any, mark: Any, folder: Any) -> None:
        before = folder(bob)
        mark(bob, two[0])
        assert folder(bob) == before

    def test_it_is_ones_own(
        self, alice: Person, bob: Person, two: Any, mark: Any, show: Any
    ) -> None:
        mark(alice, two[0], starred=True, read=False)
        conversation = show(bob, two[0])
        assert (conversation["starred"], conversation["read"]) == (False, True)

    @pytest.mark.parametrize("name", ["carol", "boss"])
    def test_outsiders(
        self, request: pytest.FixtureRequest, bob: Person, two: Any, folder: Any, name: str
    ) -> None:
        outsider, before = request.getfixturevalue(name), folder(bob)
        for conversation_id in (two[0], ABSENT):
            answer = outsider.client.put(f"{PATH}/{conversation_id}", {"read": True}, status=403)
            assert answer.json["code"] == "not_a_member"
            assert answer.json["response"] == (
                "You cannot modify a conversation that you are not a member of."
            )
        assert folder(bob) == before


class TestSeveral:
    def test_all(self, bob: Person, two: Any, folder: Any) -> None:
        body = {"conversation_ids": two[::-1], "read": True, "starred": True}
        answer = bob.client.put(PATH, body, status=200)
        assert answer.json["response"] == (
            f"Successfully modified conversations {two[0]}, {two[1]}."
        )
        assert [
            (conversation["read"], conversation["starred"]) for conversation in folder(bob)
        ] == [(True, True)] * 2

    def test_deleted_and_back(self, bob: Person, two: Any, folder: Any) -> None:
        for value, left in ((True, 0), (False, 2)):
            bob.client.put(PATH, {"conversation_ids": two, "deleted": value}, status=200)
            assert len(folder(bob)) == left

    def test_foreign_ones(
        self, alice: Person, bob: Person, carol: Person, two: Any, start: Any, folder: Any
    ) -> None:
        foreign = start(alice, carol)
        body = {"conversation_ids": [ABSENT, two[0], foreign], "starred": True}
        answer = bob.client.put(PATH, body, status=403).json
        assert answer["response"] == (
            f"You cannot modify conversations that you are not a member of: {foreign}, {ABSENT}."
        )
        assert folder(bob, "filter=starred") == folder(carol, "filter=starred") == []

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, "conversation_ids"),
            ({"conversation_ids": []}, "conversation_ids"),
            ({"conversation_ids": [1, 1]}, "conversation_ids"),
            ({"conversation_ids": [1], "read": 1}, "read"),
            ({"conversation_ids": [1], "locked": True}, "locked"),
        ],
    )
    def test_wrong(self, bob: Person, body: dict[str, Any], wrong: str) -> None:
        assert list(bob.client.put(PATH, body, status=400).json["errors"]) == [wrong]


class TestLock:
    def test_staff(
        self, bob: Person, boss: Person, two: Any, mark: Any, show: Any, reply: Any, logged: Any
    ) -> None:
        mark(boss, two[0], locked=True)
        mark(boss, two[0], locked=True)
        assert show(bob, two[0])["locked"] is True
        answer = reply(bob, two[0], status=400)
        assert answer["code"] == "conversation_locked"
        assert answer["response"] == "You cannot reply to a locked conversation."
        mark(boss, two[0], locked=False)
        reply(bob, two[0])
        summary = f"PrivateConversation {two[0]}"
        assert logged() == [
            ("conversation_locked", summary, {"locked": False}, {"locked": True}),
            ("conversation_unlocked", summary, {"locked": True}, {"locked": False}),
        ]

    def test_members(self, bob: Person, two: Any, show: Any) -> None:
        body = {"locked": True, "starred": True}
        bob.client.put(f"{PATH}/{two[0]}", body, status=403)
        conversation = show(bob, two[0])
        assert (conversation["locked"], conversation["starred"]) == (False, False)

    def test_staff_mark_nothing_for_others(
        self, boss: Person, bob: Person, two: Any, show: Any
    ) -> None:
        boss.client.put(f"{PATH}/{two[0]}", {"locked": True, "read": True}, status=403)
        assert show(bob, two[0])["locked"] is False
