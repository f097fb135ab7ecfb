"""Pages of lists: one shape for all of them, whether they are found by number or behind a key."""

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
    """Some items of a list, and what finds the others.

    A list that is counted has the number of the ``page`` and the ``total``. A list that goes on
    behind a key has ``after``, None at its end; ``key`` names the attribute of the items that is
    the key. A list of long texts, which may end before its limit, has both: its ``offset`` is the
    number of items before. ``nested`` shows the items as inside of something else, without what
    stands for itself only.
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
        """How many pages there are, at least one."""
        return max(1, -(-(self.total or 0) // self.limit))

    @property
    def may_be_cut(self) -> bool:
        """Whether ``after`` continues the list, so that it may end before its limit."""
        return self.key is not None or self.offset is not None

    @property
    def next(self) -> dict[str, int] | None:
        """The query that finds the next items, None at the end of the list."""
        if self.may_be_cut:
            return None if self.after is None else {"after": self.after}
        return {"page": self.page + 1} if self.page and self.page < self.pages else None

    def cut(self, items: list[Any]) -> Page:
        """The page with its first items only, as they are shown."""
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

    One statement counts, one fetches; entities are returned bare, never as one-tuples.
    """
    page, limit = values["page"], values["limit"]
    rows = session.scalars(query.limit(limit).offset((page - 1) * limit)).unique().all()
    return Page(list(rows), limit, page, _count(session, query))


def paginate_texts(session: Session, query: Select[Any], values: Mapping[str, Any]) -> Page:
    """The page of the query's rows that a :class:`~pulsar.validation.TextPaging` asks for.

    Where its texts are long, it is cut short when it is shown.
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
    """The rows behind the key ``after``, highest first or lowest first, as many as ``limit``.

    This costs the same however deep in the list it is. One row more than the limit is read to know
    whether there are more.
    """
    after, limit = values.get("after"), values["limit"]
    if after is not None:
        query = query.where(key > after if ascending else key < after)
    order = key.asc() if ascending else key.desc()
    rows = list(session.scalars(query.order_by(order).limit(limit + 1)).unique())
    return page_of(rows, key.key, limit)


def page_of(rows: list[Any], key: str, limit: int) -> Page:
    """The page of rows that were read behind a key, of which there may be one more than shown."""
    items = rows[:limit]
    after = getattr(items[-1], key) if len(rows) > limit else None
    return Page(items, limit, after=after, key=key)


def next_query(request: Request, page: Page) -> str | None:
    """The query that finds the next items with the same filters, with its question mark.

    It has only what the view's schema takes: a copy of the page may be shown to others, who must
    not see a caller's key.
    """
    if page.next is None:
        return None
    names: Mapping[str, Any] = request.validated if request.method in ("GET", "HEAD") else {}
    return f"?{urlencode([*_filters(request, names), *page.next.items()])}"


def link_header(request: Request, page: Page) -> str:
    """The ``Link`` header to the neighbours of a page (RFC 8288), empty where none is known."""
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
    """What of the request's query chooses the list, and not a page of it."""
    return [
        (name, value)
        for name, value in request.GET.items()
        if name in names and name not in ("after", "page")
    ]


def _count(session: Session, query: Select[Any]) -> int:
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return session.scalar(counting) or 0
