"""Strict types: values of other types are refused, never converted."""

from __future__ import annotations

from typing import Any

import colander
import pytest

from pulsar.errors import Invalid
from pulsar.validation import (
    Boolean,
    Choice,
    Email,
    Integer,
    ListOf,
    Mapping,
    Paging,
    Schema,
    String,
    field,
)
from pulsar.validation.deriver import check
from pulsar.validation.nodes import MAX_INTEGER, BooleanType, IntegerType, StringType


def reasons(node: Any, value: Any) -> list[str]:
    """Return the errors of a schema with this node; empty if it accepts the value unchanged."""
    node.name = "it"
    schema = Schema()
    schema.add(node)
    try:
        validated = check(schema, {"it": value})
    except Invalid as error:
        return (error.errors or {})["it"]
    assert validated == {"it": value}
    assert type(validated["it"]) is type(value)
    return []


class TestInteger:
    @pytest.mark.parametrize("value", [0, 1, MAX_INTEGER])
    def test_good(self, value: int) -> None:
        assert reasons(Integer(), value) == []

    @pytest.mark.parametrize("value", ["1", 1.0, True, False, None, [], {}, "x"])
    def test_other_types(self, value: Any) -> None:
        assert reasons(Integer(), value) == ["expected int"]

    def test_range(self) -> None:
        assert reasons(Integer(1, 9), 0) == ["value must be at least 1"]
        assert reasons(Integer(1, 9), 10) == ["value must be at most 9"]
        assert reasons(Integer(), MAX_INTEGER + 1) == [f"value must be at most {MAX_INTEGER}"]

    @pytest.mark.parametrize(
        ("text", "value"),
        [("7", 7), ("-7", -7), ("007", 7), ("1.5", "1.5"), ("", ""), ("²", "²"), ("+1", "+1")],
    )
    def test_text(self, text: str, value: Any) -> None:
        assert IntegerType().convert(text) == value

    @pytest.mark.parametrize("value", [10**30, -(10**30), 1e30, 2.0**63, "9" * 30, "-" + "9" * 99])
    def test_far_out_of_range(self, value: Any) -> None:
        value = IntegerType().convert(value) if isinstance(value, str) else value
        bound = "at least 1" if value < 0 else "at most 9"
        assert reasons(Integer(1, 9), value) == [f"value must be {bound}"]

    def test_endless_text(self) -> None:
        assert IntegerType().convert("1" * 5000) == "1" * 5000


class TestString:
    @pytest.mark.parametrize("value", ["", "x", "é" * 255, "☃", "a\nb"])
    def test_good(self, value: str) -> None:
        assert reasons(String(), value) == []

    @pytest.mark.parametrize("value", [1, 1.0, True, None, [], {}, ["x"]])
    def test_other_types(self, value: Any) -> None:
        assert reasons(String(), value) == ["expected str"]

    def test_length_in_characters(self) -> None:
        assert reasons(String(2, 3), "é") == ["length of value must be at least 2"]
        assert reasons(String(2, 3), "éé☃") == []
        assert reasons(String(2, 3), "éé☃x") == ["length of value must be at most 3"]

    def test_nul(self) -> None:
        assert reasons(String(), "a\0b") == ["value must not contain NUL characters"]

    def test_lone_surrogate(self) -> None:
        assert reasons(String(), "a\ud800b") == ["value is not valid Unicode"]

    def test_more_validators(self) -> None:
        def never(node: Any, value: str) -> None:
            raise colander.Invalid(node, "never")

        assert reasons(String(2, 3, never), "xx") == ["never"]
        assert reasons(String(2, 3, never), "x") == ["length of value must be at least 2"]

    def test_what_is_too_long_is_not_looked_at(self) -> None:
        seen = []
        node = String(0, 3, lambda node, value: seen.append(value))
        assert reasons(node, "x" * 4) == ["length of value must be at most 3"]
        assert reasons(node, "xxx") == []
        assert seen == ["xxx"]


class TestBoolean:
    @pytest.mark.parametrize("value", [True, False])
    def test_good(self, value: bool) -> None:
        assert reasons(Boolean(), value) == []

    @pytest.mark.parametrize("value", [0, 1, None, [], 1.0, "yes", "2", "", "true ", "1" * 9999])
    def test_others(self, value: Any) -> None:
        assert reasons(Boolean(), value) == [
            'boolean must be "1", "true", "0", or "false" (case insensitive)'
        ]

    @pytest.mark.parametrize(
        ("word", "value"),
        [("1", True), ("true", True), ("TRUE", True), ("0", False), ("False", False)],
    )
    def test_words(self, word: str, value: bool) -> None:
        class Thing(Schema):
            sold = Boolean()
            each = Mapping(BooleanType())
            several = ListOf(Boolean())

        values = {"sold": word, "each": {"x": word}, "several": [word]}
        assert check(Thing(), values) == {"sold": value, "each": {"x": value}, "several": [value]}

    @pytest.mark.parametrize(
        ("text", "value"),
        [("1", True), ("TRUE", True), ("0", False), ("False", False), ("yes", "yes"), ("", "")],
    )
    def test_text(self, text: str, value: Any) -> None:
        assert BooleanType().convert(text) == value


class TestChoice:
    def test_good(self) -> None:
        assert reasons(Choice("asc", "desc"), "asc") == []

    @pytest.mark.parametrize("value", ["ASC", "", "asc "])
    def test_bad(self, value: str) -> None:
        assert reasons(Choice("asc", "desc"), value) == [
            "value is not allowed: choose one of asc, desc"
        ]


class TestEmail:
    @pytest.mark.parametrize(
        "value", ["a@b.org", "first.last+tag@sub.example.org", "x" * 64 + "@b.org", "a@b-c.org"]
    )
    def test_good(self, value: str) -> None:
        assert reasons(Email(), value) == []

    @pytest.mark.parametrize("value", ["", "@b.org", "a@", "a@b", "a@b.c", "a@b..org", "a b@c.org"])
    def test_bad(self, value: str) -> None:
        assert reasons(Email(), value) == ["expected an Email"]


class TestListOf:
    def test_good(self) -> None:
        assert reasons(ListOf(Integer()), [1, 2]) == []
        assert reasons(ListOf(Integer()), []) == []

    @pytest.mark.parametrize("value", ["12", {"a": 1}, 5, True, None])
    def test_other_types(self, value: Any) -> None:
        assert reasons(ListOf(Integer()), value) == ["expected a list"]

    def test_length(self) -> None:
        assert reasons(ListOf(Integer(), 2), [1, 2, 3]) == ["length of value must be at most 2"]
        assert reasons(ListOf(Integer(), 2, minimum=1), []) == [
            "length of value must be at least 1"
        ]

    def test_a_long_one_is_not_looked_at(self) -> None:
        seen = []
        item = Integer()
        item.validator = lambda node, value: seen.append(value)
        assert reasons(ListOf(item, 2), [1, 2, 3]) == ["length of value must be at most 2"]
        assert seen == []


class TestMissing:
    class Thing(Schema):
        needed = String(required=True)
        optional = String()
        defaulted = field(StringType(), default="x")

    def test_required(self) -> None:
        with pytest.raises(Invalid) as caught:
            check(self.Thing(), {})
        assert caught.value.errors == {"needed": ["required key not provided"]}

    def test_null_is_not_missing(self) -> None:
        with pytest.raises(Invalid) as caught:
            check(self.Thing(), {"needed": "x", "optional": None})
        assert caught.value.errors == {"optional": ["expected str"]}

    def test_left_out_and_defaulted(self) -> None:
        assert check(self.Thing(), {"needed": "y"}) == {"needed": "y", "defaulted": "x"}


class TestPaging:
    def test_defaults(self) -> None:
        assert check(Paging(), {}) == {"page": 1, "limit": 50}

    @pytest.mark.parametrize("query", [{"page": 0}, {"limit": 0}, {"limit": 101}, {"page": 10**9}])
    def test_bad(self, query: dict[str, int]) -> None:
        with pytest.raises(Invalid):
            check(Paging(), query)
