"""The input node for times."""

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
    """A time with its offset, in the format of RFC 3339. The value is an aware datetime in UTC."""

    expected = "a time like 2026-01-31T12:00:00Z"

    def accepts(self, value: Any) -> bool:
        """Return whether the value is a text in this format."""
        return isinstance(value, str) and _MOMENT.fullmatch(value) is not None

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        value = super().deserialize(node, cstruct)
        if value is colander.null:
            return value
        try:
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise colander.Invalid(node, f"expected {self.expected}") from error
        # The first and the last year may be out of range in the time zone of a database session.
        if not 1 < moment.year < 9999:
            raise colander.Invalid(node, f"expected {self.expected}")
        return moment


def DateTime(*validators: Any, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    return field(DateTimeType(), *validators, **kwargs)
