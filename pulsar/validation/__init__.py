"""Input: views declare schemas, and ``request.validated`` is the validated input."""

from __future__ import annotations

from pyramid.config import PHASE3_CONFIG

from ..config import Configurator
from .choices import not_allowed
from .containers import Mapping, Nullable, NumberType
from .declared import require_apart
from .deriver import schema_view
from .nodes import (
    Boolean,
    Choice,
    Email,
    Integer,
    ListOf,
    Nothing,
    Paging,
    Schema,
    String,
    TextPaging,
    Upload,
    field,
)
from .texts import not_blank
from .times import DateTime

__all__ = [
    "Boolean",
    "Choice",
    "DateTime",
    "Email",
    "Integer",
    "ListOf",
    "Mapping",
    "Nothing",
    "Nullable",
    "NumberType",
    "Paging",
    "Schema",
    "String",
    "TextPaging",
    "Upload",
    "field",
    "not_allowed",
    "not_blank",
]


def includeme(config: Configurator) -> None:
    """Add the view deriver. It runs inside of the permission check and outside of the renderer."""
    config.add_view_deriver(schema_view, "schema", under="secured_view", over="rendered_view")
    config.action(("pulsar", "input check"), require_apart, (config,), order=PHASE3_CONFIG + 10)
