"""Editing sections and translating them."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from site_rules.examples import rule


def logged(staff: Client) -> Any:
    """Return the newest entry of the site log."""
    return staff.get("/site_log", status=200).json["response"]["items"][0]


class TestEdit:
    def test_a_file(self, editor: Client, member: Client) -> None:
        body = {"name": "Iron Rules", "rules": [rule("Be kind.")], "revision": 0}
        response = editor.put("/rules/golden", body, status=200).json["response"]
        assert (response["name"], response["revision"], response["description"]) == (
            "Iron Rules",
            1,
            "",
        )
        assert response["edited"] is not None
        assert response["format"] == "markdown"
        assert [rule["summary"] for rule in response["rules"]] == ["Be kind."]
        del response["deleted"]
        assert member.get("/rules/golden").json["response"] == response
        german = member.get("/rules/golden?language=de").json["response"]
        assert (german["name"], german["revision"]) == ("Goldene Regeln", 0)

    def test_again(self, say: Any) -> None:
        assert say("One.", "Two.")["revision"] == 2
        section = say("Two.", description="Less.", format="bbcode")
        assert (section["revision"], section["format"], section["description"]) == (
            3,
            "bbcode",
            "Less.",
        )

    def test_the_format_stays(self, say: Any) -> None:
        say("One.", format="bbcode")
        assert say("Two.")["format"] == "bbcode"

    def test_nothing_new_is_no_revision(self, editor: Client, path: str, staff: Client) -> None:
        body = {"name": "Law", "rules": [rule("One.", rule("Inner."))], "revision": 1}
        before = logged(staff)
        assert editor.put(path, body, status=200).json["response"]["revision"] == 1
        assert logged(staff) == before

    def test_position_is_no_revision(self, editor: Client, path: str, staff: Client) -> None:
        body = {"name": "Law", "rules": [rule("One.", rule("Inner."))], "revision": 1}
        response = editor.put(path, {**body, "position": 0}, status=200).json["response"]
        assert (response["position"], response["revision"]) == (0, 1)
        assert editor.get("/rules").json["response"][0]["id"] == "law"
        entry = logged(staff)
        assert (entry["action"], entry["summary"]) == ("rules_moved", "law")
        assert (entry["before"], entry["after"]) == ({"position": 6}, {"position": 0})

    def test_log(self, say: Any, staff: Client) -> None:
        say("Two.", name="Laws", summary="Why not.")
        entry = logged(staff)
        assert (entry["action"], entry["summary"]) == ("rules_edited", "law")
        assert entry["actor"]["username"] == "editor"
        assert entry["before"] == {"language": "en", "revision": 1, "name": "Law"}
        assert entry["after"] == {"language": "en", "revision": 2, "name": "Laws"}

    @pytest.mark.one_backend
    @pytest.mark.parametrize("missing", ["name", "rules", "revision"])
    def test_what_is_required(self, editor: Client, path: str, missing: str) -> None:
        body = {"name": "Law", "rules": [], "revision": 1}
        del body[missing]
        answer = editor.put(path, body, status=400)
        assert answer.json["errors"] == {missing: ["required key not provided"]}

    def test_another_id(self, editor: Client, path: str) -> None:
        body = {"id": "order", "name": "Law", "rules": [], "revision": 1}
        answer = editor.put(path, body, status=400)
        assert answer.json["errors"] == {"id": ["extra keys not allowed"]}


class TestTranslation:
    def test_new(self, editor: Client, path: str, member: Client) -> None:
        body = {"name": "Recht", "rules": [rule("Eins.")], "language": "de", "revision": 0}
        response = editor.put(path, body, status=200).json["response"]
        assert (response["name"], response["language"], response["revision"]) == ("Recht", "de", 1)
        assert (response["languages"], response["format"]) == (["de", "en"], "markdown")
        assert member.get(path).json["response"]["name"] == "Law"
        assert member.get(f"{path}?language=de").json["response"]["name"] == "Recht"

    def test_a_file_of_another_language(self, editor: Client) -> None:
        body = {"name": "Regeln", "rules": [], "language": "de", "revision": 0}
        editor.put("/rules/golden", body, status=200)
        english = editor.get("/rules/golden").json["response"]
        assert (english["name"], english["revision"]) == ("Golden Rules", 0)

    def test_from_a_revision_of_another_language(self, editor: Client, path: str) -> None:
        body = {"name": "Recht", "rules": [], "language": "de", "revision": 1}
        answer = editor.put(path, body, status=400)
        assert answer.json["errors"] == {"revision": ["there is no such revision"]}


class TestConflict:
    def test_it_tells_what_others_did(self, editor: Client, path: str, say: Any) -> None:
        say("One.", "Two.")
        say("One.", "Three.")
        body = {"name": "Mine", "rules": [], "revision": 1, "position": 0}
        answer = editor.put(path, body, status=409).json
        assert (answer["code"], answer["latest_revision"]) == ("edit_conflict", 3)
        changed = [
            (line["kind"], line["text"])
            for line in answer["diff"]["lines"]
            if line["kind"] != "same"
        ]
        assert changed == [("removed", "1.1 Inner."), ("added", "2 Three.")]
        response = editor.get(path).json["response"]
        assert (response["name"], response["revision"], response["position"]) == ("Law", 3, 6)

    def test_from_the_file(self, editor: Client) -> None:
        body = {"name": "First", "rules": [rule("One.")], "revision": 0}
        editor.put("/rules/golden", body, status=200)
        answer = editor.put("/rules/golden", body, status=409).json
        assert answer["latest_revision"] == 1
        assert ("added", "First") in [
            (line["kind"], line["text"]) for line in answer["diff"]["lines"]
        ]

    def test_from_nothing(self, editor: Client, path: str) -> None:
        body = {"name": "New", "rules": [], "revision": 0}
        assert editor.put(path, body, status=409).json["latest_revision"] == 1

    @pytest.mark.parametrize("number", [2, 2**31 - 1])
    def test_of_the_future(self, editor: Client, path: str, number: int) -> None:
        body = {"name": "Law", "rules": [], "revision": number}
        answer = editor.put(path, body, status=400)
        assert answer.json["errors"] == {"revision": ["there is no such revision"]}
