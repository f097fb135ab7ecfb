"""Invalid nested rules, and the places that the errors name."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from site_rules.examples import rule
from site_rules.tree import MAX_EXTRA, MAX_RULES, MAX_SUMMARY


def nested(depth: int) -> Any:
    """Return a rule with others nested inside, ``depth`` in all."""
    return rule(str(depth), *([nested(depth - 1)] if depth > 1 else []))


@pytest.fixture
def errors(editor: Client, path: str) -> Any:
    """``errors(rules)``: the errors of the rules, the same for an edit and for a new section."""

    def send(rules: Any) -> dict[str, list[str]]:
        edited = editor.put(path, {"name": "Law", "rules": rules, "revision": 1}, status=400)
        answer = editor.post("/rules", {"id": "new", "name": "New", "rules": rules}, status=400)
        assert edited.json["errors"] == answer.json["errors"]
        assert editor.get(path).json["response"]["revision"] == 1
        errors: dict[str, list[str]] = edited.json["errors"]
        return errors

    return send


class TestWrong:
    @pytest.mark.parametrize(
        ("rules", "where", "why"),
        [
            (None, "rules", "expected a list"),
            ({}, "rules", "expected a list"),
            ("x", "rules", "expected a list"),
            ([None], "rules.0", "expected a dictionary"),
            ([[]], "rules.0", "expected a dictionary"),
            ([{}], "rules.0.summary", "required key not provided"),
            ([{"summary": 1}], "rules.0.summary", "expected str"),
            ([{"summary": None}], "rules.0.summary", "expected str"),
            ([{"summary": " \n"}], "rules.0.summary", "value must not be blank"),
            ([{"summary": ""}], "rules.0.summary", "length of value must be at least 1"),
            (
                [{"summary": "x" * (MAX_SUMMARY + 1)}],
                "rules.0.summary",
                f"length of value must be at most {MAX_SUMMARY}",
            ),
            (
                [rule("x", extra="x" * (MAX_EXTRA + 1))],
                "rules.0.extra",
                f"length of value must be at most {MAX_EXTRA}",
            ),
            ([rule("x", extra="\0")], "rules.0.extra", "value must not contain NUL characters"),
            ([{"summary": "x", "number": "1"}], "rules.0.number", "extra keys not allowed"),
            ([rule("x"), rule("y"), rule("x")], "rules.2.summary", "says the same as rule 1"),
        ],
    )
    def test_outside(self, errors: Any, rules: Any, where: str, why: str) -> None:
        assert errors(rules) == {where: [why]}

    @pytest.mark.parametrize(
        ("inner", "where", "why"),
        [
            ("x", "", "expected a list"),
            ([1], ".0", "expected a dictionary"),
            ([rule("ok"), {"summary": 7}], ".1.summary", "expected str"),
            ([rule("ok", extra=7)], ".0.extra", "expected str"),
            ([{"summary": "x", "sumary": "y"}], ".0.sumary", "extra keys not allowed"),
            ([rule("x"), rule("x")], ".1.summary", "says the same as rule 1"),
        ],
    )
    def test_at_depth(self, errors: Any, inner: Any, where: str, why: str) -> None:
        deep = {"summary": "b", "rules": [{"summary": "c", "rules": inner}]}
        rules = [rule("0"), {"summary": "a", "rules": [deep]}]
        assert errors(rules) == {f"rules.1.rules.0.rules.0.rules{where}": [why]}

    def test_all_at_once(self, errors: Any) -> None:
        rules = [{"summary": 1, "rules": [{"extra": 2}]}, rule("ok"), 3]
        assert errors(rules) == {
            "rules.0.summary": ["expected str"],
            "rules.0.rules.0.summary": ["required key not provided"],
            "rules.0.rules.0.extra": ["expected str"],
            "rules.2": ["expected a dictionary"],
        }


class TestBounds:
    @pytest.mark.parametrize("depth", [5, 6, 300])
    def test_too_deep(self, errors: Any, depth: int) -> None:
        where = "rules.0.rules.0.rules.0.rules.0.rules"
        assert errors([nested(depth)]) == {where: ["rules may be nested 4 levels deep"]}

    @pytest.mark.parametrize(
        "rules",
        [
            [rule(str(number)) for number in range(MAX_RULES + 1)],
            # Requests with more than 10,000 lists and objects are rejected earlier.
            [rule(str(number)) for number in range(9_000)],
            [{}] * 9_000,
            [rule("a", *(rule(str(number)) for number in range(MAX_RULES)))],
            [rule(str(n), *(rule(str(m)) for m in range(30))) for n in range(30)],
        ],
        ids=["flat", "9000", "empty", "inside", "both"],
    )
    def test_too_many(self, errors: Any, rules: Any) -> None:
        assert errors(rules) == {"rules": ["there must be at most 500 rules in all"]}

    def test_too_long(self, errors: Any) -> None:
        rules = [rule(str(number), extra="x" * 5_000) for number in range(52)]
        assert errors(rules) == {"rules": ["there must be at most 256000 characters in all"]}

    @pytest.mark.parametrize("format", ["bbcode", "markdown"])
    def test_dense_texts_have_one_budget(self, editor: Client, path: str, format: str) -> None:
        rules = [rule(str(number), extra="@a " * 1_600) for number in range(50)]
        body = {"name": "Law", "rules": rules, "revision": 1, "format": format}
        response = editor.put(path, body, status=200).json["response"]["rules"]
        html = [rule["extra_html"] for rule in response]
        sources = sum(len(rule["summary"]) + len(rule["extra"]) for rule in response)
        assert sum(map(len, html)) <= 5 * sources + 65_536
        assert html[-1] == rules[-1]["extra"].strip() or html[-1] == rules[-1]["extra"]
        assert format == "bbcode" or "<span" in html[0]

    def test_as_many_as_there_may_be(self, editor: Client, path: str) -> None:
        rules = [rule(str(n), *(rule(str(m)) for m in range(24))) for n in range(20)]
        body = {"name": "Law", "rules": rules, "revision": 1}
        response = editor.put(path, body, status=200).json["response"]
        assert response["rules"][19]["rules"][23]["number"] == "20.24"

    def test_nothing_is_one_thing(self, editor: Client, path: str) -> None:
        rules = [{"summary": "a", "extra": "", "rules": []}, {"summary": "b"}]
        body = {"name": "Law", "rules": rules, "revision": 1}
        response = editor.put(path, body, status=200).json["response"]
        assert [(rule["extra"], rule["rules"]) for rule in response["rules"]] == [(None, None)] * 2
        assert (
            editor.put(path, {**body, "rules": [], "revision": 2}).json["response"]["rules"] == []
        )
