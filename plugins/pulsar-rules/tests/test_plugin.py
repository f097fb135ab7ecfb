"""The plugin enabled, disabled and enabled again, and its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.testing.client import Client
from site_rules.examples import make, rule
from site_rules.interfaces import IRulesEdited


class TestPlugin:
    def test_off_and_on_again(
        self, make_site: Callable[..., Any], settle: Callable[..., Client]
    ) -> None:
        editor = settle(make_site(), "editor", "rules_modify")
        assert editor.get("/", status=200).json["response"]["links"]["rules"].endswith("/rules")
        make(editor, "law", rule("One."))
        without = settle(make_site(**{"pulsar.plugins": "torrents"}), "reader")
        without.get("/rules", status=404)
        assert "rules" not in without.get("/", status=200).json["response"]["links"]
        for path in ("/users/me", "/torrents", "/openapi.json"):
            without.get(path, status=200)
        again = settle(make_site(), "again")
        response = again.get("/rules/law", status=200).json["response"]
        assert [rule["summary"] for rule in response["rules"]] == ["One."]

    def test_alone(self, make_site: Callable[..., Any], settle: Callable[..., Client]) -> None:
        alone = settle(make_site(**{"pulsar.plugins": "rules"}), "member")
        assert alone.get("/rules/golden", status=200).json["response"]["revision"] == 0


class TestEvents:
    @pytest.fixture
    def heard(self, registry: Any) -> Any:
        """The names and numbers of the revisions in notified events."""
        names: list[tuple[str, int]] = []

        def hear(event: Any) -> None:
            names.append((event.model.name, event.model.number))

        registry.registerHandler(hear, (IRulesEdited,))
        yield names
        registry.unregisterHandler(hear, (IRulesEdited,))

    def test_what_says_something_new(self, editor: Client, path: str, say: Any, heard: Any) -> None:
        make(editor, "made")
        say("Two.")
        say("Two.")
        editor.post(f"{path}/revisions/1/rollback", status=200)
        editor.delete(path, status=200)
        assert heard == [("Made", 1), ("Law", 2), ("Law", 3)]
