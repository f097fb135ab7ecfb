"""``/users/{id}/notes``."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


class TestWrite:
    def test_stored(self, moderator: Client, path: str, user: User, logged: Any) -> None:
        answer = moderator.post(f"{path}/notes", {"note": "Knows **them**."}, status=201)
        response = answer.json["response"]
        assert response["note"] == "Knows **them**."
        assert response["staff"]["username"] == "moderator"
        place = f"{path}/notes/{response['id']}"
        assert answer.headers["Location"].endswith(place)
        assert moderator.get(place, status=200).json["response"] == response
        after = {"note_id": response["id"]}
        assert logged() == [("staff_note_written", ("users", user.id), None, after)]

    @pytest.mark.one_backend
    @pytest.mark.parametrize("note", ["", None, 7, "x" * 10_001])
    def test_refused(self, moderator: Client, path: str, note: Any) -> None:
        answer = moderator.post(f"{path}/notes", {"note": note}, status=400).json
        assert set(answer["errors"]) == {"note"}

    def test_rank(self, moderator: Client, above: str) -> None:
        answer = moderator.post(f"{above}/notes", {"note": "x"}, status=403).json
        assert answer["code"] == "outranked"


class TestList:
    def test_newest_first(self, moderator: Client, path: str) -> None:
        for note in ("one", "two"):
            moderator.post(f"{path}/notes", {"note": note}, status=201)
        page = moderator.get(f"{path}/notes", status=200).json["response"]
        assert [item["note"] for item in page["items"]] == ["two", "one"]
        assert page["total"] == 2

    def test_not_for_the_member(self, moderator: Client, caller: Client, path: str) -> None:
        note = moderator.post(f"{path}/notes", {"note": "x"}, status=201).json["response"]
        for place in (path, "/users/me"):
            caller.get(f"{place}/notes", status=403)
            caller.get(f"{place}/notes/{note['id']}", status=403)

    def test_of_another_member(self, moderator: Client, path: str, factory: Factory) -> None:
        note = moderator.post(f"{path}/notes", {"note": "x"}, status=201).json["response"]
        answer = moderator.get(f"/users/{factory.user().id}/notes/{note['id']}", status=404)
        assert answer.json["response"] == f"Note {note['id']} does not exist."
