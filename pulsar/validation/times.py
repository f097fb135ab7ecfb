"""The input node for moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import colander

from .nodes import Type, field

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


class DateTimeType(Type):
    """A moment with its offset, as RFC 3339 writes it; the value is an aware UTC datetime."""

    expected = "a time like 2026-01-31T12:00:00Z"

    def accepts(self, value: Any) -> bool:
        """Whether it is a text of this form."""
        return isinstance(value, str) and _MOMENT.fullmatch(value) is not None

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        value = super().deserialize(node, cstruct)
        if value is colander.null:
            return value
        try:
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise colander.Invalid(node, f"expected {self.expected}") from error
        # In the time zone of a database's session, the first and last year may have no date.
        if not 1 < moment.year < 9999:
            raise colander.Invalid(node, f"expected {self.expected}")
        return moment


def DateTime(*validators: Any, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    return field(DateTimeType(), *validators, **kwargs)
