"""Creating, hiding and restoring sections."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from site_rules.examples import rule


def ids(client: Client, query: str = "") -> list[str]:
    """Return the ids of the listed sections."""
    return [item["id"] for item in client.get(f"/rules{query}", status=200).json["response"]]


def logged(staff: Client) -> list[Any]:
    """Return the entries of the site log, oldest first."""
    return list(reversed(staff.get("/site_log", status=200).json["response"]["items"]))


class TestCreate:
    def test_everything(self, editor: Client, member: Client, staff: Client) -> None:
        body = {
            "id": "chat_2",
            "name": "Chat",
            "description": "Talk.",
            "position": 3,
            "format": "bbcode",
            "rules": [rule("One.")],
            "language": "de",
            "summary": "Begun.",
        }
        answer = editor.post("/rules", body, status=201)
        assert answer.headers["Location"].endswith("/rules/chat_2")
        response = answer.json["response"]
        assert (response["language"], response["languages"], response["revision"]) == (
            "de",
            ["de"],
            1,
        )
        assert member.get("/rules/chat_2", status=200).json["response"]["position"] == 3
        (entry,) = logged(staff)
        assert (entry["action"], entry["before"]) == ("rules_created", None)
        assert entry["after"] == {
            "language": "de",
            "revision": 1,
            "position": 3,
            "name": "Chat",
            "description": "Talk.",
            "format": "bbcode",
        }

    @pytest.mark.parametrize("name", ["golden", "law"])
    def test_taken(self, editor: Client, path: str, name: str) -> None:
        editor.delete("/rules/golden", status=200)
        answer = editor.post("/rules", {"id": name, "name": "x", "rules": []}, status=409).json
        assert (answer["code"], answer["existing_id"]) == ("section_exists", name)

    @pytest.mark.one_backend
    @pytest.mark.parametrize("name", ["", "Chat", "1st", "_x", "a-b", "a.b", "é", "x" * 33, 7])
    def test_no_id(self, editor: Client, name: Any) -> None:
        answer = editor.post("/rules", {"id": name, "name": "x", "rules": []}, status=400)
        assert list(answer.json["errors"]) == ["id"]


class TestHide:
    @pytest.mark.parametrize("name", ["golden", "law"])
    def test_and_restore(
        self, editor: Client, member: Client, path: str, staff: Client, name: str
    ) -> None:
        before = member.get(f"/rules/{name}").json["response"]
        answer = editor.delete(f"/rules/{name}", status=200)
        assert answer.json["response"] == f"RuleSection {name} has been deleted."
        answer = member.get(f"/rules/{name}", status=404)
        assert answer.json["response"] == f"{name} is not a valid section of the rules."
        assert name not in ids(member)
        assert name not in ids(member, "?include_dead=true")
        assert name not in ids(editor)
        assert name in ids(editor, "?include_dead=true")
        assert editor.get(f"/rules/{name}", status=200).json["response"]["deleted"] is not None
        response = editor.post(f"/rules/{name}/restore", status=200).json["response"]
        assert response["deleted"] is None
        assert member.get(f"/rules/{name}", status=200).json["response"] == before
        hidden, restored = logged(staff)[-2:]
        assert (hidden["action"], restored["action"]) == ("rules_deleted", "rules_restored")
        assert restored["before"] == hidden["after"]

    def test_twice_is_once(self, editor: Client, staff: Client) -> None:
        for _ in range(2):
            editor.delete("/rules/golden", status=200)
        for _ in range(2):
            editor.post("/rules/golden/restore", status=200)
        assert [item["action"] for item in logged(staff)] == ["rules_deleted", "rules_restored"]

    def test_history_of_hidden_ones(self, editor: Client, join: Any, path: str) -> None:
        historian = join("historian", "rules_view_history")
        historian.get(f"{path}/revisions", status=200)
        editor.delete(path, status=200)
        for place in ("revisions", "revisions/1", "revisions/1/diff"):
            historian.get(f"{path}/{place}", status=404)
            editor.get(f"{path}/{place}", status=200)

    def test_editing_hidden_ones(self, editor: Client, member: Client, path: str, say: Any) -> None:
        editor.delete(path, status=200)
        assert say("Two.")["deleted"] is not None
        member.get(path, status=404)

    def test_whoever_does_not_edit_is_not_told(self, member: Client, join: Any) -> None:
        historian = join("historian", "rules_view_history")
        for client in (member, historian):
            assert "deleted" not in client.get("/rules/golden").json["response"]
