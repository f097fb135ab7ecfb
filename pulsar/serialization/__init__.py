"""Output: serializers declare the fields of content, and the envelope is put around them."""

from __future__ import annotations

from pyramid.viewderivers import VIEW

from ..config import Configurator
from .audience import audience
from .encoding import Prepared
from .fields import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    NUMBER,
    STRING,
    BatchField,
    Field,
    NestedField,
    array_of,
    nullable,
)
from .listings import PageField, listing_schema
from .renderer import response_view
from .responses import Listing, Message, Raw
from .serialize import LIST_WORK, Serialization, fitting
from .serializer import Serializer

__all__ = [
    "BOOLEAN",
    "DATETIME",
    "INTEGER",
    "LIST_WORK",
    "NUMBER",
    "STRING",
    "BatchField",
    "Field",
    "Listing",
    "Message",
    "NestedField",
    "PageField",
    "Prepared",
    "Raw",
    "Serializer",
    "array_of",
    "audience",
    "fitting",
    "listing_schema",
    "nullable",
]


def includeme(config: Configurator) -> None:
    """Put the results of views into the envelope, and provide ``request.serialize``."""
    config.add_request_method(Serialization, "serialize", reify=True)
    config.add_view_deriver(response_view, "response", under="rendered_view", over=VIEW)
