"""Nested rules: their schema, numbers and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import colander

from pulsar.interfaces import IText
from pulsar.request import Request
from pulsar.serialization import STRING, array_of, nullable
from pulsar.serialization.fields import JsonSchema
from pulsar.text.service import MAX_SOURCE
from pulsar.validation import ListOf, Nullable, String, field, not_blank
from pulsar.validation.nodes import ListType, MappingType

from .models import Rule

MAX_RULES = 500
MAX_DEPTH = 4
MAX_SUMMARY = 500
MAX_EXTRA = 5_000


def count(rules: Any, depth: int = MAX_DEPTH) -> int:
    """Count the rules in unchecked input, down to ``depth`` levels."""
    if not isinstance(rules, list) or not depth:
        return 0
    inner = (rule.get("rules") for rule in rules if isinstance(rule, dict))
    return len(rules) + sum(count(inner_rule, depth - 1) for inner_rule in inner)


class _Tree(ListType):
    """A list of rules, whose total number is checked before the rules are."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any, **kwargs: Any) -> Any:
        if count(cstruct) > MAX_RULES:
            raise colander.Invalid(node, f"there must be at most {MAX_RULES} rules in all")
        return super().deserialize(node, cstruct, **kwargs)


class _NoRules(ListType):
    """The type of ``rules`` on the lowest level, where only an empty list is valid."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any, **kwargs: Any) -> Any:
        if isinstance(cstruct, list) and cstruct:
            raise colander.Invalid(node, f"rules may be nested {MAX_DEPTH} levels deep")
        return super().deserialize(node, cstruct, **kwargs)


def _different(node: colander.SchemaNode, rules: list[Rule]) -> None:
    """Reject rules that occur twice in a list, which is a mistake and would number them twice."""
    error = colander.Invalid(node)
    first: dict[str, int] = {}
    item = node.children[0]
    for place, rule in enumerate(rules):
        number = first.setdefault(rule["summary"], place)
        if number != place:
            wrong = colander.Invalid(item)
            wrong.add(colander.Invalid(item["summary"], f"says the same as rule {number + 1}"))
            error.add(wrong, place)
    if error.children:
        raise error


def _not_too_long(node: colander.SchemaNode, rules: list[Rule]) -> None:
    """Reject sections whose rules are longer than a text may be."""
    length = sum(len(rule["summary"]) + len(rule["extra"] or "") for _, rule in numbered(rules))
    if length > MAX_SOURCE:
        raise colander.Invalid(node, f"there must be at most {MAX_SOURCE} characters in all")


def _rule(depth: int) -> colander.SchemaNode:
    """Return the node of a rule that may have ``depth`` more levels inside."""
    inner: colander.SchemaNode
    if depth:
        inner = ListOf(_rule(depth - 1), MAX_RULES, _different)
    else:
        inner = field(_NoRules(0, 0))
        inner.add(colander.SchemaNode(MappingType(), name="item"))
    node = colander.SchemaNode(MappingType())
    node.add(String(1, MAX_SUMMARY, not_blank, name="summary", required=True))
    extra = Nullable(String(0, MAX_EXTRA), name="extra", default=None, preparer=_or_none)
    node.add(extra)
    node.add(Nullable(inner, name="rules", default=None, preparer=_or_none))
    return node


def _or_none(value: Any) -> Any:
    """Return None for empty values, so that they are stored in one way."""
    return value or None


def Rules(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """A list of nested rules. Their numbers follow from their positions."""
    node = field(_Tree(0, MAX_RULES), colander.All(_different, _not_too_long), **kwargs)
    node.add(_rule(MAX_DEPTH - 1))
    node.children[0].name = "item"
    return node


def numbered(rules: list[Rule] | None, above: str = "") -> Iterator[tuple[str, Rule]]:
    """Yield all rules with their numbers (1, 1.1, 1.2, 2), in the order of reading."""
    for place, rule in enumerate(rules or (), 1):
        number = f"{above}{place}"
        yield number, rule
        yield from numbered(rule["rules"], f"{number}.")


def render_rules(request: Request, format: str, rules: list[Rule]) -> list[dict[str, Any]]:
    """Return the rules with numbers and HTML, formatting all texts in one call."""
    texts = [text for _, rule in numbered(rules) for text in (rule["summary"], rule["extra"])]
    pairs = [(format, text) for text in texts if text is not None]
    html = iter(request.find_service(IText).html_parts(request, pairs))

    def show(rules: list[Rule], above: str) -> list[dict[str, Any]]:
        # The dictionaries are created in the order in which the texts were collected.
        return [
            {
                "number": f"{above}{place}",
                "summary": rule["summary"],
                "summary_html": next(html),
                "extra": rule["extra"],
                "extra_html": None if rule["extra"] is None else next(html),
                "rules": rule["rules"] and show(rule["rules"], f"{above}{place}."),
            }
            for place, rule in enumerate(rules, 1)
        ]

    return show(rules, "")


def shown_schema() -> JsonSchema:
    """Return the JSON Schema of the result of :func:`render_rules`."""
    properties = {
        "number": {**STRING, "description": "From its place: 1, 1.1, 1.2, 2."},
        "summary": STRING,
        "summary_html": STRING,
        "extra": nullable(STRING),
        "extra_html": nullable(STRING),
        "rules": nullable(array_of({"$ref": "#/components/schemas/Rule"})),
    }
    return array_of(
        {"title": "Rule", "type": "object", "required": [*properties], "properties": properties}
    )


def plain(text: dict[str, Any]) -> str:
    """Return a section's text as lines, for comparisons."""
    lines = [text["name"], "", *text["description"].splitlines(), "", f"({text['format']})", ""]
    for number, rule in numbered(text["rules"]):
        lines += f"{number} {rule['summary']}".splitlines()
        lines += [f"    {line}" for line in (rule["extra"] or "").splitlines()]
    return "\n".join(lines)
