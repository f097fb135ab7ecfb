"""Pages of lists: one statement counts, one fetches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from ..request import Request


@dataclass(slots=True)
class Page:
    """One page of a list: its items, where it is, and how many there are in all.

    ``nested`` shows the items as inside of something else, without what stands for itself only.
    ``offset``, the number of items before, is given for lists that may be cut short.
    """

    items: list[Any]
    page: int
    limit: int
    total: int
    nested: bool = False
    offset: int | None = None

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.limit))

    @property
    def after(self) -> int | None:
        """What continues a list that may be cut short, None at its end."""
        if self.offset is None or not self.items:
            return None
        end = self.offset + len(self.items)
        return end if end < self.total else None

    def cut(self, items: list[Any]) -> Page:
        """The page with its first items only, as they are shown."""
        return replace(self, items=items)


@dataclass(slots=True)
class Slice:
    """A part of a long list by key: constant in cost however deep; ``after`` continues it.

    ``nested`` is as of :class:`Page`; ``key`` names the attribute of the items that is the key.
    """

    items: list[Any]
    limit: int
    after: int | None
    nested: bool = False
    key: str = "id"

    def cut(self, items: list[Any]) -> Slice:
        """The part with its first items only, as they are shown."""
        after = self.after
        if items and len(items) < len(self.items):
            after = getattr(self.items[len(items) - 1], self.key)
        return replace(self, items=items, after=after)


def slice_after(
    session: Session,
    query: Select[Any],
    key: Any,
    after: int | None,
    limit: int,
    *,
    ascending: bool = False,
) -> Slice:
    """The rows behind the key ``after``, highest first or lowest first.

    One more than the limit is read to know of a rest.
    """
    if after is not None:
        query = query.where(key > after if ascending else key < after)
    order = key.asc() if ascending else key.desc()
    rows = list(session.scalars(query.order_by(order).limit(limit + 1)).unique())
    more = len(rows) > limit
    items = rows[:limit]
    return Slice(items, limit, getattr(items[-1], key.key) if more else None, key=key.key)


def paginate(session: Session, query: Select[Any], page: int, limit: int) -> Page:
    """The page of the query's rows; entities are returned bare, never as one-tuples."""
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = session.scalar(counting)
    rows = session.scalars(query.limit(limit).offset((page - 1) * limit)).unique().all()
    return Page(list(rows), page, limit, total or 0)


def paginate_texts(session: Session, query: Select[Any], wanted: Mapping[str, Any]) -> Page:
    """The page of the query's rows that a :class:`~pulsar.validation.TextPaging` asks for.

    Where its texts are long, it is cut short when it is shown.
    """
    limit: int = wanted["limit"]
    offset: int = wanted.get("after", (wanted["page"] - 1) * limit)
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = session.scalar(counting) or 0
    rows = session.scalars(query.limit(limit).offset(offset)).unique().all()
    return Page(list(rows), offset // limit + 1, limit, total, offset=offset)


def next_link(request: Request, part: Page | Slice) -> str:
    """The ``Link`` header to the rest of a slice, or of a page that may be cut short."""
    query = [(key, value) for key, value in request.GET.items() if key not in ("after", "page")]
    return f'<{request.path_url}?{urlencode([*query, ("after", part.after)])}>; rel="next"'


def link_header(request: Request, page: Page) -> str:
    """The ``Link`` header to the neighbours of a page (RFC 8288)."""
    wanted = {"first": 1, "last": page.pages}
    if page.page > 1:
        wanted["prev"] = min(page.page - 1, page.pages)
    if page.offset is None and page.page < page.pages:
        wanted["next"] = page.page + 1
    query = [(key, value) for key, value in request.GET.items() if key not in ("after", "page")]
    links = [
        f'<{request.path_url}?{urlencode([*query, ("page", number)])}>; rel="{rel}"'
        for rel, number in wanted.items()
    ]
    return ", ".join(links if page.after is None else [*links, next_link(request, page)])
