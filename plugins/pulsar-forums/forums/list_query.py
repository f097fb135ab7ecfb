"""Pages of long lists inside other content: the threads of a forum, the posts of a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import colander
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pulsar.paging import Page, page_of
from pulsar.request import Request
from pulsar.validation import Boolean, Integer, Schema


class ReadList(Schema):
    """Selects items of a list: a page, or the items after a key (at the same cost everywhere)."""

    page = Integer(1, 10_000_000, description="From 1.")
    after = Integer(0, description="The `after` of the part before.")
    limit = Integer(1, 100, default=50)
    include_dead = Boolean(default=False, description="Deleted ones too, for those who may.")

    def validator(self, node: colander.SchemaNode, values: Mapping[str, Any]) -> None:
        """Reject input that has both a page and a key to continue after."""
        if "page" in values and "after" in values:
            error = colander.Invalid(node)
            error.add(colander.Invalid(node["after"], "page and after exclude each other"))
            raise error


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The items of a list that a request asks for."""

    page: int | None = 1
    after: int | None = None
    limit: int = 50
    include_dead: bool = False

    @classmethod
    def of(cls, request: Request) -> ListQuery:
        """Read the query of the request; without one, it is the first page."""
        values = request.validated if request.method in ("GET", "HEAD") else {}
        after = values.get("after")
        page = values.get("page", 1) if after is None else None
        return cls(page, after, values.get("limit", 50), values.get("include_dead", False))

    @property
    def key(self) -> str:
        """The list query as a part of a cache key."""
        return f"{self.page}:{self.after}:{self.limit}:{self.include_dead:d}"


def find_page(
    session: Session,
    with_fields: Callable[[Select[Any]], Select[Any]],
    conditions: Sequence[ColumnElement[bool]],
    key: InstrumentedAttribute[int],
    where: ListQuery,
    total: int,
    *,
    ascending: bool = False,
) -> Page:
    """Return the page of rows that meet the conditions, ordered by the key.

    The ids of a page are selected before the rows are loaded, so skipped rows cost little.
    """
    order = key.asc() if ascending else key.desc()
    # Select ids instead of keys: an index with the key may begin with another column.
    ids = select(key.class_.id).where(*conditions).order_by(order).limit(where.limit + 1)
    if where.after is not None:
        ids = ids.where(key > where.after if ascending else key < where.after)
    elif where.page is not None:
        ids = ids.offset((where.page - 1) * where.limit)
    query = with_fields(select(key.class_)).where(key.class_.id.in_(ids)).order_by(order)
    rows = list(session.scalars(query))
    page = page_of(rows, key.key, where.limit)
    return replace(page, page=where.page, total=total, nested=True)
