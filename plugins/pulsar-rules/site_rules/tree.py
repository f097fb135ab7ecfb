"""Rules inside of rules: what is taken, and how it is numbered and shown."""

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
    """How many rules there are, of what may be no rules at all; deeper ones do not count."""
    if not isinstance(rules, list) or not depth:
        return 0
    inner = (rule.get("rules") for rule in rules if isinstance(rule, dict))
    return len(rules) + sum(count(inner_rule, depth - 1) for inner_rule in inner)


class _Tree(ListType):
    """A list of rules, counted before each of them is looked at."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any, **kwargs: Any) -> Any:
        """Check the number, then the rules."""
        if count(cstruct) > MAX_RULES:
            raise colander.Invalid(node, f"there must be at most {MAX_RULES} rules in all")
        return super().deserialize(node, cstruct, **kwargs)


class _NoRules(ListType):
    """Where no rules may be."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any, **kwargs: Any) -> Any:
        """Take an empty list only."""
        if isinstance(cstruct, list) and cstruct:
            raise colander.Invalid(node, f"rules may be nested {MAX_DEPTH} levels deep")
        return super().deserialize(node, cstruct, **kwargs)


def _different(node: colander.SchemaNode, rules: list[Rule]) -> None:
    """What is said twice in one list was pasted by mistake, and would get two numbers."""
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
    """The rules of a section are no longer than a text is."""
    length = sum(len(rule["summary"]) + len(rule["extra"] or "") for _, rule in numbered(rules))
    if length > MAX_SOURCE:
        raise colander.Invalid(node, f"there must be at most {MAX_SOURCE} characters in all")


def _rule(depth: int) -> colander.SchemaNode:
    """One rule, with rules of so many levels inside."""
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
    """What is empty is nothing, so that it is stored one way only."""
    return value or None


def Rules(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """Rules with rules inside; their numbers follow from their places."""
    node = field(_Tree(0, MAX_RULES), colander.All(_different, _not_too_long), **kwargs)
    node.add(_rule(MAX_DEPTH - 1))
    node.children[0].name = "item"
    return node


def numbered(rules: list[Rule] | None, above: str = "") -> Iterator[tuple[str, Rule]]:
    """All rules with their numbers (1, 1.1, 1.2, 2), in the order in which they are read."""
    for place, rule in enumerate(rules or (), 1):
        number = f"{above}{place}"
        yield number, rule
        yield from numbered(rule["rules"], f"{number}.")


def render_rules(request: Request, format: str, rules: list[Rule]) -> list[dict[str, Any]]:
    """The rules with their numbers and their HTML, all of which is looked up at once."""
    texts = [text for _, rule in numbered(rules) for text in (rule["summary"], rule["extra"])]
    pairs = [(format, text) for text in texts if text is not None]
    html = iter(request.find_service(IText).html_parts(request, pairs))

    def show(rules: list[Rule], above: str) -> list[dict[str, Any]]:
        # The members are made in the order in which the texts were read.
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
    """The JSON Schema of what :func:`render_rules` returns."""
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
    """A section's text as lines, to be compared."""
    lines = [text["name"], "", *text["description"].splitlines(), "", f"({text['format']})", ""]
    for number, rule in numbered(text["rules"]):
        lines += f"{number} {rule['summary']}".splitlines()
        lines += [f"    {line}" for line in (rule["extra"] or "").splitlines()]
    return "\n".join(lines)
