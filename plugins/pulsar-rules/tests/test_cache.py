"""Rules are read from the cache, which every change invalidates."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.interfaces import ICache
from pulsar.testing.client import Client
from site_rules.examples import make, rule

READ = ("/rules", "/rules?language=de", "/rules/golden", "/rules/golden?language=de", "/rules/law")


class TestStatements:
    @pytest.mark.parametrize("where", READ)
    def test_warm(self, member: Client, path: str, where: str, count_sql: Any) -> None:
        member.get(where, status=200)
        with count_sql() as statements:
            member.get(where, status=200)
        assert statements == []

    @pytest.mark.parametrize(("where", "number"), [("/rules", 1), ("/rules/law", 2)])
    def test_cold(
        self,
        member: Client,
        editor: Client,
        registry: Any,
        path: str,
        say: Any,
        where: str,
        number: int,
        count_sql: Any,
    ) -> None:
        counted = []
        for more in (0, 30):
            for n in range(more):
                say(f"Rule {n}.", "Another.", rules=[rule(str(m), rule("x")) for m in range(n)])
                make(editor, f"more{n}", rule("A rule."))
            member.get(where, status=200)
            registry.getUtility(ICache).invalidate(["rules"])
            with count_sql() as statements:
                member.get(where, status=200)
            counted.append(list(statements))
        assert [len(item) for item in counted] == [number, number]


class TestFreshness:
    @pytest.mark.parametrize(
        ("method", "where", "body"),
        [
            ("POST", "/rules", {"id": "new", "name": "New", "rules": []}),
            ("PUT", "/rules/law", {"name": "Law", "rules": [rule("New.")], "revision": 2}),
            ("PUT", "/rules/golden", {"name": "Gold", "rules": [], "revision": 0}),
            (
                "PUT",
                "/rules/golden",
                {"name": "Gold", "rules": [], "revision": 0, "language": "de"},
            ),
            (
                "PUT",
                "/rules/law",
                {"name": "Law", "rules": [rule("Two.")], "revision": 2, "position": 0},
            ),
            ("DELETE", "/rules/forums", None),
            ("DELETE", "/rules/law", None),
            ("POST", "/rules/law/revisions/1/rollback", {}),
        ],
    )
    def test_changes(
        self,
        member: Client,
        editor: Client,
        staff: Client,
        registry: Any,
        say: Any,
        method: str,
        where: str,
        body: Any,
    ) -> None:
        say("Two.", format="markdown")

        def views() -> list[Any]:
            bodies = [client.get(item).json for client in (member, editor, staff) for item in READ]
            return [body.get("response") for body in bodies]

        before = views()
        assert views() == before
        answer = getattr(editor, method.lower())(where, body)
        assert answer.status_int in (200, 201), answer.text
        after = views()
        assert after != before
        registry.getUtility(ICache).clear()
        assert views() == after

    def test_refused_changes(self, member: Client, editor: Client, path: str, say: Any) -> None:
        say("Two.")
        before = member.get(path).json
        editor.put(path, {"name": "Old", "rules": [], "revision": 1}, status=409)
        assert member.get(path).json == before
