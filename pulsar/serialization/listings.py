"""The shape of lists in responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zope.interface import Interface

from ..paging import Page, next_query
from ..request import Request
from .fields import INTEGER, STRING, Field, JsonSchema, Refs, array_of, nullable


def listing(request: Request, page: Page) -> dict[str, Any]:
    """The page as JSON; its items are already serialized."""
    members: dict[str, Any] = {"items": page.items, "limit": page.limit}
    if page.page is not None:
        members |= {"page": page.page, "pages": page.pages}
    if page.total is not None:
        members["total"] = page.total
    if page.may_be_cut:
        members["after"] = page.after
    return {**members, "next": next_query(request, page)}


def listing_schema(name: str, item: JsonSchema) -> JsonSchema:
    """The JSON Schema of a list of such items, named ``<name>Listing``."""
    return {
        "title": f"{name}Listing",
        "type": "object",
        "required": ["items", "limit", "next"],
        "properties": {
            "items": array_of(item),
            "limit": {**INTEGER, "description": "How many items there are at most."},
            "page": {**INTEGER, "description": "Where lists are read by page."},
            "pages": {**INTEGER, "description": "Where lists are read by page."},
            "total": {**INTEGER, "description": "Where items are counted."},
            "after": {
                **nullable(INTEGER),
                "description": "Where lists go on behind a key; null at the end.",
            },
            "next": {
                **nullable(STRING),
                "description": "The query that finds the next items; null at the end.",
            },
        },
    }


class PageField(Field):
    """A page of a list inside an object."""

    def __init__(self, content: type[Interface], get: Any = None, **kwargs: Any) -> None:
        super().__init__({}, get, **kwargs)
        self.content = content

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """One page per model; values that are not a Page are already serialized."""
        return [
            request.serialize(value) if isinstance(value, Page) else value
            for value in super().values(request, models)
        ]

    def json_schema(self, refs: Refs) -> JsonSchema:
        return listing_schema(self.content.__name__[1:], refs(self.content))
