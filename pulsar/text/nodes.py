"""The input node for the format of a text."""

from __future__ import annotations

from typing import Any

import colander

from ..settings import CoreSettings
from ..validation.choices import one_of
from ..validation.nodes import StringType, field
from .formatters import names


def Format(*, edits: bool = False, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The name of a registered text format.

    If the caller names none, a new text has the format of ``pulsar.text_format``. With ``edits``, a
    missing format is left out, and the text keeps its own.
    """
    if not edits:
        kwargs["default"] = _usual
    return field(StringType(), _registered, **kwargs)


@colander.deferred
def _registered(node: colander.SchemaNode, bindings: dict[str, Any]) -> Any:
    return one_of(names(bindings["registry"]))


@colander.deferred
def _usual(node: colander.SchemaNode, bindings: dict[str, Any]) -> Any:
    return CoreSettings.text_format.of(bindings["registry"])
