"""Parts of long lists inside of something else: threads of a forum, posts of a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import colander
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pulsar.db import Slice
from pulsar.interfaces import IContent
from pulsar.request import Request
from pulsar.serialization import INTEGER, nullable
from pulsar.validation import Boolean, Integer, Schema


class ListPart(Schema):
    """Which part of a list: a page, or what comes after a key, which costs the same everywhere."""

    page = Integer(1, 10_000_000, description="From 1.")
    after = Integer(0, description="The `after` of the part before.")
    limit = Integer(1, 100, default=50)
    include_dead = Boolean(default=False, description="Deleted ones too, for those who may.")

    def validator(self, node: colander.SchemaNode, wanted: Mapping[str, Any]) -> None:
        """A part is found by its page or by what it comes after."""
        if "page" in wanted and "after" in wanted:
            error = colander.Invalid(node)
            error.add(colander.Invalid(node["after"], "page and after exclude each other"))
            raise error


@dataclass(frozen=True, slots=True)
class Where:
    """The part of a list that a request wants."""

    page: int | None = 1
    after: int | None = None
    limit: int = 50
    include_dead: bool = False

    @classmethod
    def of(cls, request: Request) -> Where:
        """What the request's query says; the first page where the request has no such query."""
        wanted = request.validated if request.method in ("GET", "HEAD") else {}
        after = wanted.get("after")
        page = wanted.get("page", 1) if after is None else None
        return cls(page, after, wanted.get("limit", 50), wanted.get("include_dead", False))

    @property
    def key(self) -> str:
        """Its part of a cache key."""
        return f"{self.page}:{self.after}:{self.limit}:{self.include_dead:d}"


@dataclass(frozen=True, slots=True)
class Part:
    """Items with what a reader needs to go on; ``after`` is None at the end."""

    slice: Slice
    where: Where
    total: int

    @property
    def items(self) -> Sequence[Any]:
        """The models, also those that are not shown since texts before them are too long."""
        return self.slice.items

    def shown(self, request: Request) -> dict[str, Any]:
        """As JSON shows it."""
        shown: dict[str, Any] = {**request.serialize(self.slice), "total": self.total}
        if self.where.page is not None:
            shown["page"] = self.where.page
            shown["pages"] = max(1, -(-self.total // self.where.limit))
        return shown


def schema(content: type[IContent]) -> dict[str, Any]:
    """The JSON Schema of a part of such content."""
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{content.__name__[1:]}"}}
    numbers = {"limit": INTEGER, "total": INTEGER, "after": nullable(INTEGER)}
    return {
        "type": "object",
        "required": ["items", *numbers],
        "properties": {"items": items, **numbers, "page": INTEGER, "pages": INTEGER},
    }


def find_part(
    session: Session,
    shown: Callable[[Select[Any]], Select[Any]],
    conditions: Sequence[ColumnElement[bool]],
    key: InstrumentedAttribute[int],
    where: Where,
    total: int,
    *,
    ascending: bool = False,
) -> Part:
    """The part of the rows that meet the conditions, in the order of the key.

    Pages are found before anything is loaded: what is skipped costs little.
    """
    order = key.asc() if ascending else key.desc()
    # Ids, and not keys: an index that has the key may begin with something else.
    ids = select(key.class_.id).where(*conditions).order_by(order).limit(where.limit + 1)
    if where.after is not None:
        ids = ids.where(key > where.after if ascending else key < where.after)
    elif where.page is not None:
        ids = ids.offset((where.page - 1) * where.limit)
    query = shown(select(key.class_)).where(key.class_.id.in_(ids)).order_by(order)
    rows = list(session.scalars(query))
    items = rows[: where.limit]
    after = getattr(items[-1], key.key) if len(rows) > where.limit else None
    found = Slice(items, where.limit, after, nested=True, key=key.key)
    return Part(found, where, total)
