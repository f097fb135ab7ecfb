"""Pages of lists, in one shape, whether they are selected by number or after a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from .request import Request


@dataclass(slots=True)
class Page:
    """Some items of a list, and how to find the others.

    A counted list has the number of the ``page`` and the ``total``. A list that is continued by key
    has ``after``, which is None at its end; ``key`` names the attribute of the items that is the
    key. A list of long texts, which may end before its limit, has both: its ``offset`` is the
    number of preceding items. With ``nested`` the items are shown as inside another object, without
    the fields that only stand-alone objects have.
    """

    items: list[Any]
    limit: int
    page: int | None = None
    total: int | None = None
    after: int | None = None
    key: str | None = None
    offset: int | None = None
    nested: bool = False

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-(self.total or 0) // self.limit))

    @property
    def may_be_cut(self) -> bool:
        """Whether ``after`` continues the list, so that the page may end before its limit."""
        return self.key is not None or self.offset is not None

    @property
    def next(self) -> dict[str, int] | None:
        """The query that finds the next items, None at the end of the list."""
        if self.may_be_cut:
            return None if self.after is None else {"after": self.after}
        return {"page": self.page + 1} if self.page and self.page < self.pages else None

    def cut(self, items: list[Any]) -> Page:
        """The page with only its first items, already serialized."""
        if self.offset is not None:
            end = self.offset + len(items)
            after = end if items and end < (self.total or 0) else None
        elif self.key is not None and items and len(items) < len(self.items):
            after = getattr(self.items[len(items) - 1], self.key)
        else:
            after = self.after
        return replace(self, items=items, after=after)


def paginate(session: Session, query: Select[Any], values: Mapping[str, Any]) -> Page:
    """The page of the query's rows that a :class:`~pulsar.validation.Paging` asks for.

    One statement counts and one fetches. Entities are returned as such, never as one-tuples.
    """
    page, limit = values["page"], values["limit"]
    rows = session.scalars(query.limit(limit).offset((page - 1) * limit)).unique().all()
    return Page(list(rows), limit, page, _count(session, query))


def paginate_texts(session: Session, query: Select[Any], values: Mapping[str, Any]) -> Page:
    """The page of the query's rows that a :class:`~pulsar.validation.TextPaging` asks for.

    If its texts are long, the page is shortened when it is serialized.
    """
    limit: int = values["limit"]
    offset: int = values.get("after", (values["page"] - 1) * limit)
    rows = list(session.scalars(query.limit(limit).offset(offset)).unique())
    page = Page(rows, limit, offset // limit + 1, _count(session, query), offset=offset)
    return page.cut(rows)


def paginate_after(
    session: Session,
    query: Select[Any],
    key: Any,
    values: Mapping[str, Any],
    *,
    ascending: bool = False,
) -> Page:
    """At most ``limit`` rows after the key ``after``, in descending or ascending order.

    The cost does not depend on the position in the list. One additional row is read to find out
    whether there are more.
    """
    after, limit = values.get("after"), values["limit"]
    if after is not None:
        query = query.where(key > after if ascending else key < after)
    order = key.asc() if ascending else key.desc()
    rows = list(session.scalars(query.order_by(order).limit(limit + 1)).unique())
    return page_of(rows, key.key, limit)


def page_of(rows: list[Any], key: str, limit: int) -> Page:
    """The page of rows that were read after a key; the last may be one more than the limit."""
    items = rows[:limit]
    after = getattr(items[-1], key) if len(rows) > limit else None
    return Page(items, limit, after=after, key=key)


def next_query(request: Request, page: Page) -> str | None:
    """The query that finds the next items with the same filters, with its question mark.

    It contains only parameters of the view's schema: a copy of the page may be shown to other
    callers, who must not see a caller's key.
    """
    if page.next is None:
        return None
    names: Mapping[str, Any] = request.validated if request.method in ("GET", "HEAD") else {}
    return f"?{urlencode([*_filters(request, names), *page.next.items()])}"


def link_header(request: Request, page: Page) -> str:
    """The ``Link`` header to the neighbours of a page (RFC 8288), empty if it has none."""
    queries: dict[str, Mapping[str, int]] = {}
    if page.page is not None:
        queries |= {"first": {"page": 1}, "last": {"page": page.pages}}
        if page.page > 1:
            queries["prev"] = {"page": min(page.page - 1, page.pages)}
    if page.next is not None:
        queries["next"] = page.next
    filters = _filters(request, request.GET)
    return ", ".join(
        f'<{request.path_url}?{urlencode([*filters, *query.items()])}>; rel="{rel}"'
        for rel, query in queries.items()
    )


def _filters(request: Request, names: Any) -> list[tuple[str, str]]:
    """The query parameters that filter the list, without those that select a page."""
    return [
        (name, value)
        for name, value in request.GET.items()
        if name in names and name not in ("after", "page")
    ]


def _count(session: Session, query: Select[Any]) -> int:
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return session.scalar(counting) or 0
