"""Rules that can be read without a key, for example before registration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.contract import Contract
from pulsar.testing.operations import operations
from site_rules.examples import make, rule

#: The paths that need no key if the rules are public.
READING = ("/rules", "/rules/{section}")


@pytest.fixture
def app(make_site: Callable[..., Any]) -> Any:
    """A site whose rules are public."""
    return make_site(**{"rules.public": "true"})


@pytest.fixture
def editor(app: Any, settle: Callable[..., Client]) -> Client:
    """A member who edits the rules."""
    return settle(app, "editor", "rules_modify")


class TestPublic:
    def test_nobody_reads(self, app: Any, editor: Client) -> None:
        nobody = Client(app)
        make(editor, "law", rule("One."))
        ids = [rule["id"] for rule in nobody.get("/rules", status=200).json["response"]]
        assert ids == ["golden", "uploading", "ratio", "forums", "requests", "law"]
        response = nobody.get("/rules/law", status=200).json["response"]
        assert [rule["summary"] for rule in response["rules"]] == ["One."]
        assert "deleted" not in response
        assert "deleted" in editor.get("/rules/law").json["response"]
        assert nobody.get("/rules/x", status=404).json["code"] == "not_found"

    def test_hidden_ones_are_hidden(self, app: Any, editor: Client) -> None:
        nobody = Client(app)
        editor.delete("/rules/golden", status=200)
        editor.get("/rules/golden", status=200)
        hidden, missing = (
            nobody.get("/rules/golden", status=404),
            nobody.get("/rules/x", status=404),
        )
        assert hidden.text.replace("golden", "x") == missing.text
        rules = nobody.get("/rules?include_dead=true", status=200).json["response"]
        assert "golden" not in [rule["id"] for rule in rules]

    def test_nothing_else_is_open(self, app: Any) -> None:
        nobody = Client(app)
        for method, path in (
            ("POST", "/rules"),
            ("PUT", "/rules/golden"),
            ("DELETE", "/rules/golden"),
            ("POST", "/rules/golden/restore"),
            ("GET", "/rules/golden/revisions"),
            ("GET", "/rules/golden/revisions/0"),
            ("GET", "/rules/golden/revisions/0/diff"),
            ("POST", "/rules/golden/revisions/0/rollback"),
        ):
            assert nobody.request(method, path).status_int == 401, path

    def test_the_document_says_so(self, app: Any) -> None:
        nobody = Client(app)
        document = nobody.get("/openapi.json", status=200).json
        contract = Contract(document)
        for operation in operations(document):
            if operation.path.startswith("/rules"):
                open_to_all = operation.method == "GET" and operation.path in READING
                assert operation.needs_key is not open_to_all, operation
                assert (operation.permission is None) is open_to_all, operation
                if open_to_all:
                    answer = nobody.get(operation.fill({"section": "golden"}))
                    assert contract.problems(operation, answer) == []

    def test_not_by_itself(self, client: Client) -> None:
        for path in ("/rules", "/rules/golden", "/rules/x"):
            client.get(path, status=401)
