"""Lists that ``after`` continues are shortened if their items are long, without losing items."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World

AMOUNT = 4
#: Parts of the paths of lists that contain texts.
TEXTS = ("news", "requests", "answers", "comments", "posts", "rules", "wiki")


class TestCutLists:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.method == "GET" and operation.lists and "after" in operation.query

    def test_every_item_is_shown_once(
        self,
        operation: Operation,
        world: World,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        if operation.path in world.examples.constant:
            return
        world.populate(operation, AMOUNT)
        path, client = world.path(operation), world.caller(operation).client
        whole = client.get(path, status=200).json["response"]
        assert whole["after"] is None
        items = whole["items"]
        assert len(items) > 1
        monkeypatch.setitem(registry.settings, "pulsar.max_list", len(json.dumps(items)) // 2)
        parts: list[list[Any]] = []
        query = ""
        while len(parts) <= len(items):
            answer = client.get(f"{path}{query}", status=200)
            response = answer.json["response"]
            parts.append(response["items"])
            if response["after"] is None:
                break
            query = f"?after={response['after']}"
            assert f"after={response['after']}" in answer.headers["Link"]
        assert [item for page_items in parts for item in page_items] == items
        assert len(parts) > 1
