"""The history of sections: revisions, differences and rollbacks."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from site_rules.examples import rule


def read(client: Client, path: str, status: int = 200) -> Any:
    """Return the ``response`` of a GET request."""
    return client.get(path, status=status).json["response"]


class TestList:
    def test_newest_first(self, editor: Client, path: str, say: Any) -> None:
        say("Two.", summary="Second.", name="Laws")
        newest, first = read(editor, f"{path}/revisions")["items"]
        assert newest.pop("time") is not None
        assert newest.pop("editor")["username"] == "editor"
        assert newest == {"language": "en", "revision": 2, "name": "Laws", "summary": "Second."}
        assert (first["revision"], first["name"]) == (1, "Law")

    def test_parts(self, editor: Client, path: str, say: Any) -> None:
        for number in range(4):
            say(f"Rule {number}.")
        numbers, after = [], ""
        while after is not None:
            page = read(editor, f"{path}/revisions?limit=2{after}")
            numbers.append([item["revision"] for item in page["items"]])
            after = None if page["after"] is None else f"&after={page['after']}"
        assert numbers == [[5, 4], [3, 2], [1]]

    def test_of_a_file(self, editor: Client) -> None:
        only = {
            "language": "en",
            "revision": 0,
            "name": "Golden Rules",
            "summary": "",
            "editor": None,
            "time": None,
        }
        assert read(editor, "/rules/golden/revisions")["items"] == [only]
        editor.put("/rules/golden", {"name": "x", "rules": [], "revision": 0}, status=200)
        items = read(editor, "/rules/golden/revisions")["items"]
        assert [item["revision"] for item in items] == [1, 0]
        assert items[1] == only

    def test_languages_are_apart(self, editor: Client, path: str, say: Any) -> None:
        body = {"name": "Recht", "rules": [], "language": "de", "revision": 0}
        editor.put(path, body, status=200)
        say("Two.")
        assert len(read(editor, f"{path}/revisions")["items"]) == 2
        (german,) = read(editor, f"{path}/revisions?language=de")["items"]
        assert (german["name"], german["revision"]) == ("Recht", 1)
        assert read(editor, f"{path}/revisions?language=fr")["items"] == []


class TestRevision:
    def test_it_says_what_it_said(self, editor: Client, path: str, say: Any) -> None:
        before = read(editor, path)
        say("Two.")
        old = read(editor, f"{path}/revisions/1")
        for name in ("name", "description", "format", "rules", "revision", "language"):
            assert old[name] == before[name]

    def test_of_a_file(self, editor: Client) -> None:
        assert read(editor, "/rules/golden/revisions/0?language=de")["name"] == "Goldene Regeln"

    @pytest.mark.parametrize("number", ["0", "2", str(2**31), str(2**63 - 1)])
    def test_missing(self, editor: Client, path: str, number: str) -> None:
        said = read(editor, f"{path}/revisions/{number}", 404)
        assert said == f"RuleRevision {number} does not exist."

    @pytest.mark.parametrize("number", ["00", "-1", "x", "1.0"])
    def test_no_number(self, editor: Client, path: str, number: str) -> None:
        editor.get(f"{path}/revisions/{number}", status=404)


class TestDiff:
    def test_with_the_one_before(self, editor: Client, path: str, say: Any) -> None:
        body = [rule("One.", rule("Inner.", extra="Because.\nReally.")), rule("Two.")]
        say(rules=body)
        diff = read(editor, f"{path}/revisions/2/diff")
        assert (diff["before"], diff["after"], diff["truncated"]) == (1, 2, False)
        assert [line["text"] for line in diff["lines"] if line["kind"] == "added"] == [
            "    Because.",
            "    Really.",
            "2 Two.",
        ]
        assert diff["text"].startswith("@@ ")

    def test_with_another(self, editor: Client, path: str, say: Any) -> None:
        say("Two.")
        say("One.")
        diff = read(editor, f"{path}/revisions/3/diff?against=1")
        changed = [line["text"] for line in diff["lines"] if line["kind"] != "same"]
        assert changed == ["1.1 Inner."]
        backwards = read(editor, f"{path}/revisions/1/diff?against=3")
        assert [line["kind"] for line in backwards["lines"]][-1] == "added"

    def test_with_nothing(self, editor: Client, path: str) -> None:
        diff = read(editor, f"{path}/revisions/1/diff")
        assert diff["before"] == 0
        assert {line["kind"] for line in diff["lines"]} == {"added"}

    def test_with_the_file(self, editor: Client) -> None:
        editor.put("/rules/golden", {"name": "x", "rules": [], "revision": 0}, status=200)
        diff = read(editor, "/rules/golden/revisions/1/diff")
        assert (diff["lines"][0]["kind"], diff["lines"][0]["text"]) == ("removed", "Golden Rules")

    def test_of_the_file(self, editor: Client) -> None:
        assert read(editor, "/rules/golden/revisions/0/diff")["lines"] == []

    def test_with_a_missing_one(self, editor: Client, path: str) -> None:
        answer = editor.get(f"{path}/revisions/1/diff?against=9", status=400)
        assert answer.json["errors"] == {"against": ["there is no such revision"]}


class TestRollback:
    def test_back(self, editor: Client, path: str, say: Any, staff: Client) -> None:
        before = read(editor, path)
        say("Two.", name="Laws", description="More.", format="bbcode")
        response = editor.post(f"{path}/revisions/1/rollback", status=200).json["response"]
        assert response["revision"] == 3
        for name in ("name", "description", "format", "rules"):
            assert response[name] == before[name]
        newest = read(editor, f"{path}/revisions")["items"][0]
        assert newest["summary"] == "Back to revision 1."
        entry = staff.get("/site_log").json["response"]["items"][0]
        assert (entry["action"], entry["before"]["revision"]) == ("rules_rolled_back", 2)
        assert (entry["after"]["revision"], entry["after"]["name"]) == (3, "Law")

    def test_to_the_file(self, editor: Client) -> None:
        before = read(editor, "/rules/golden")
        editor.put("/rules/golden", {"name": "x", "rules": [], "revision": 0}, status=200)
        path = "/rules/golden/revisions/0/rollback"
        response = editor.post(path, {"summary": "Old."}, status=200).json["response"]
        assert (response["revision"], response["rules"]) == (2, before["rules"])

    def test_to_what_it_says_already(self, editor: Client, path: str) -> None:
        response = editor.post(f"{path}/revisions/1/rollback", status=200).json["response"]
        assert response["revision"] == 1

    def test_of_edits_not_known(self, editor: Client, path: str, say: Any) -> None:
        say("Two.")
        answer = editor.post(f"{path}/revisions/1/rollback", {"revision": 1}, status=409).json
        assert (answer["code"], answer["latest_revision"]) == ("edit_conflict", 2)
        editor.post(f"{path}/revisions/1/rollback", {"revision": 9}, status=400)
        editor.post(f"{path}/revisions/1/rollback", {"revision": 2}, status=200)

    def test_in_another_language(self, editor: Client, path: str) -> None:
        editor.post(f"{path}/revisions/1/rollback", {"language": "de"}, status=404)
